module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  globalSetup: '<rootDir>/test/global-setup.js',
  setupFiles: ['<rootDir>/test/setup.js'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out'],
  testTimeout: 30_000,
  // Many tests wait for other processes, so that jest's own process needs no core of its own.
  maxWorkers: '100%',
};
