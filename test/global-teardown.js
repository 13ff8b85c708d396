const { rmSync } = require('node:fs');

module.exports = async () => {
  rmSync(process.env.DEPLOYED_TEMPLATES, { recursive: true, force: true });
};
