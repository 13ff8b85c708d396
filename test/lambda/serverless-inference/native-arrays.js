const { TestEnvironment } = require('jest-environment-node');

/** ONNX Runtime's native code makes arrays of the process, not of jest's context, and checks them by identity. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.Float32Array = Float32Array;
  }
};
