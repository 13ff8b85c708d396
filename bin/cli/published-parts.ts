import type { Aws } from './aws';
import { parametersBelow } from './parameters-below';

/** What parts of a pipeline that were added to it publish, by their names, in their order. */
export function publishedParts(
  aws: Aws,
  pipeline: string,
  folder: 'apis' | 'batch' | 'streams',
): Promise<Map<string, string>> {
  return parametersBelow(aws, `/model-pipeline/${pipeline}/${folder}`);
}
