const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildAssets } = require('../scripts/build-assets');

/** Tests of constructs and of whole stories deploy the functions as they are in the sources now. */
module.exports = async () => {
  process.env.DEPLOYED_TEMPLATES = mkdtempSync(join(tmpdir(), 'templates-'));
  process.env.GRANT_RECORDS = mkdtempSync(join(tmpdir(), 'grants-'));
  await buildAssets(join(__dirname, '..'));
};
