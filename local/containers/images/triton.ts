import type { ImageFamily } from './image-family';

/**
 * NVIDIA's Triton as AWS publishes it: docs/src/data of aws/deep-learning-containers, August 2026. ONNX
 * Runtime is that of `build.py` of triton-inference-server/server at 26.05.
 */
export const TRITON: ImageFamily = {
  name: 'Triton inference',
  repository: 'sagemaker-tritonserver',
  serving: 'triton_image',
  tagsOf: (version) => [`${version}-py3-cpu`],
  versions: [
    {
      version: '26.05',
      python: '3.12',
      libraries: { onnxruntime: '1.24.4' },
      instead: {},
      // The message of `config.pbtxt` comes from NVIDIA's client.
      besides: {
        tritonclient: '2.69.0',
        grpcio: '1.80.0',
        protobuf: '6.33.1',
        numpy: '2.2.6',
        packaging: '25.0',
      },
    },
  ],
};
