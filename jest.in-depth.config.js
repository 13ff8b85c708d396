const { testPathIgnorePatterns, ...common } = require('./jest.config');

/** Stories that `npm test` leaves out, so that it ends within some minutes. */
module.exports = {
  ...common,
  testMatch: ['**/*.in-depth.test.ts'],
  globalTeardown: '<rootDir>/test/in-depth-teardown.ts',
};
