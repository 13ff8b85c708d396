import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import type { Aws } from './aws';

/** What parts of a pipeline that were added to it publish, by their names, in their order. */
export async function publishedParts(
  { ssm }: Aws,
  pipeline: string,
  folder: 'apis' | 'batch' | 'streams',
): Promise<Map<string, string>> {
  const Path = `/model-pipeline/${pipeline}/${folder}`;
  const found: [name: string, text: string][] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, { Path })) {
    for (const { Name = '', Value = '' } of Parameters) found.push([Name.slice(Path.length + 1), Value]);
  }
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
