import { type ContainerImage, ImageByUri } from './container-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

/** What a container accepts of which nothing else is known. */
const CONTENT_TYPES = ['text/csv', 'application/json'];

/** An image of one's own serves. */
export function customServing(
  image: ContainerImage,
  contentTypes: readonly string[] = CONTENT_TYPES,
  name = 'ServingContainer.custom',
): ServingFramework {
  return {
    name,
    image,
    script: 'optional',
    fetchesScripts: true,
    contentTypes,
    files: [],
    environment: scriptEnvironment,
  };
}

/** An image of one's own trains. */
export function customTraining(image: string): TrainingFramework {
  return { name: 'TrainingContainer.custom', image: new ImageByUri(image), installsScripts: false };
}
