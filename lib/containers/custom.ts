import { ImageByUri } from './container-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

/** An image of one's own serves. */
export function customServing(image: string): ServingFramework {
  return {
    name: 'ServingContainer.custom',
    image: new ImageByUri(image),
    fetchesScripts: true,
    environment: scriptEnvironment,
  };
}

/** An image of one's own trains. */
export function customTraining(image: string): TrainingFramework {
  return { name: 'TrainingContainer.custom', image: new ImageByUri(image), installsScripts: false };
}
