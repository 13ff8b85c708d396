const { join } = require('node:path');
const { buildAssets } = require('../scripts/build-assets');

/** Tests of constructs and of whole stories deploy the functions as they are in the sources now. */
module.exports = async () => {
  await buildAssets(join(__dirname, '..'));
};
