import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import type { Aws } from './aws';

/** The values of all parameters below a path, by what follows it in their names, in the order of these. */
export async function parametersBelow({ ssm }: Pick<Aws, 'ssm'>, Path: string): Promise<Map<string, string>> {
  const found: [name: string, value: string][] = [];
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path, Recursive: true })) {
    for (const { Name = '', Value = '' } of page.Parameters ?? [])
      found.push([Name.slice(Path.length + 1), Value]);
  }
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
