const { availableParallelism } = require('node:os');

const ESM_PACKAGES = '/node_modules/(hyparquet|hyparquet-compressors|hyparquet-writer|hysnappy|@platformatic/[a-z-]+)/';

module.exports = {
  testEnvironment: '<rootDir>/test/environment.js',
  // Within a test's own world, a look into the global object takes some fifty times as long; simulations look often:
  // https://jestjs.io/docs/configuration#sandboxinjectedglobals-arraystring
  sandboxInjectedGlobals: [
    'Array',
    'BigInt',
    'Float64Array',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Set',
    'String',
    'Uint8Array',
  ],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.in-depth\\.test\\.ts$'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    // Jest loads CommonJS only.
    [ESM_PACKAGES]: ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  moduleNameMapper: {
    '^cdk-model-pipeline$': '<rootDir>/lib/index.ts',
    '^cdk-local-cloud$': '<rootDir>/local/index.ts',
    '^cdk-local-cloud/page$': '<rootDir>/local/web/index.ts',
    '^cdk-local-cloud/containers$': '<rootDir>/local/containers/index.ts',
  },
  transformIgnorePatterns: [`/node_modules/(?!${ESM_PACKAGES.slice('/node_modules/'.length)})`],
  globalSetup: '<rootDir>/test/global-setup.js',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  setupFiles: ['<rootDir>/test/setup.js'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out', '<rootDir>/bin/dist', '<rootDir>/local/dist'],
  // A machine with a load of 15 takes some ten times as long.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/sequencer.js',
  // Many tests wait for other processes: so many of them at a time keep the cores busy.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
};
