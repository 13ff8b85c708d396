import { newestVersion, PublishedImage } from './published-image';
import type { ServingFramework } from './serving-framework';

/**
 * AWS's container for large models, Large Model Inference with DJL Serving.
 *
 * @see https://docs.djl.ai/master/docs/serving/serving/docs/lmi/deployment_guide/configurations.html
 */
export function djlServing(version = newestVersion('djl-inference')): ServingFramework {
  return {
    name: 'ServingContainer.djl',
    image: new PublishedImage({ image: 'djl-inference', version, wayOut: 'ServingContainer.custom' }),
    script: 'none',
    fetchesScripts: false,
    contentTypes: ['application/json'],
    files: [
      {
        pattern: '^(serving\\.properties|config\\.json|model\\.py)$',
        description:
          'serving.properties, model.py, or the config.json of a model, at the root of the archive',
      },
    ],
    environment: () => ({}),
  };
}
