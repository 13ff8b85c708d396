import { newestVersion, PublishedImage } from './published-image';
import type { ServingFramework } from './serving-framework';

/**
 * AWS's Deep Learning Container with Ray Serve.
 *
 * @see https://aws.github.io/deep-learning-containers/ray/deployment/sagemaker/
 */
export function rayServeServing(version = newestVersion('ray-inference')): ServingFramework {
  return {
    name: 'ServingContainer.rayServe',
    image: new PublishedImage({ image: 'ray-inference', version, wayOut: 'ServingContainer.custom' }),
    // The application of the archive, which reads requests as they come.
    script: 'none',
    fetchesScripts: false,
    contentTypes: ['text/csv', 'application/json'],
    files: [
      {
        pattern: '^config\\.yaml$',
        description: 'config.yaml at the root of the archive, which names the application of Ray Serve',
      },
    ],
    environment: () => ({}),
  };
}
