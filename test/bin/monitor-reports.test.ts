import { latestReport } from '../../bin/cli/latest-report';
import type { Pipeline } from '../../bin/cli/pipeline';

/** A pipeline whose bucket holds these objects. */
function pipelineWith(objects: Readonly<Record<string, object>>, variant?: string): Pipeline {
  const keys = Object.keys(objects);
  return {
    routing: async () => (variant ? { production: { variant, modelVersion: '1.0.0' } } : {}),
    keysBelow: async (prefix: string) => keys.filter((key) => key.startsWith(prefix)),
    foldersBelow: async (prefix: string) => [
      ...new Set(
        keys
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)),
      ),
    ],
    read: async (key: string) => JSON.stringify(objects[key]),
  } as unknown as Pipeline;
}

describe('the latest report of a monitor', () => {
  const objects = {
    'profiles/blue/2026/12/01/09/drift.json': { of: 'the other variant' },
    'profiles/green/2025/12/31/23/drift.json': { of: 'last year' },
    'profiles/green/2026/02/09/23/drift.json': { of: 'a month ago' },
    'profiles/green/2026/11/24/03/drift.json': { of: 'the morning' },
    'profiles/green/2026/11/24/14/drift.json': { of: 'now' },
    'profiles/green/2026/11/24/15/profile.json': {},
    'profiles/green/2026/11/23/14/quality.json': { of: 'yesterday' },
  };

  test('is the newest of the variant in production, whatever the time is here', async () => {
    expect(await latestReport(pipelineWith(objects, 'green'), 'drift.json')).toEqual({
      key: 'profiles/green/2026/11/24/14/drift.json',
      document: { of: 'now' },
    });
    expect(await latestReport(pipelineWith(objects, 'green'), 'quality.json')).toMatchObject({
      document: { of: 'yesterday' },
    });
  });

  test('is missed with the reason', async () => {
    await expect(latestReport(pipelineWith(objects, 'blue'), 'quality.json')).rejects.toThrow(
      'no labels of version 1.0.0 were monitored',
    );
    await expect(latestReport(pipelineWith(objects), 'drift.json')).rejects.toThrow(
      'nothing is in production',
    );
  });
});
