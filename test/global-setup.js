const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildAssets } = require('../scripts/build-assets');

/** Tests of constructs and of whole stories deploy the functions as they are in the sources now. */
module.exports = async () => {
  process.env.DEPLOYED_TEMPLATES = mkdtempSync(join(tmpdir(), 'templates-'));
  process.env.GRANT_RECORDS = mkdtempSync(join(tmpdir(), 'grants-'));
  // Jest's workers take it over: with V8's own 16 MiB, collecting what is short-lived takes a tenth of the time.
  process.execArgv.push('--max-semi-space-size=64');
  await buildAssets(join(__dirname, '..'));
};
