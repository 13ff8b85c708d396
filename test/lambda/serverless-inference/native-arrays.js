const { TestEnvironment } = require('jest-environment-node');

/** ONNX Runtime's native code makes arrays of the process, not of jest's context, and checks them by identity. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const array of ARRAYS) this.global[array.name] = array;
  }
};

const ARRAYS = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
];
