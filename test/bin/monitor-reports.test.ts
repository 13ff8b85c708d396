import { SSMClient } from '@aws-sdk/client-ssm';
import type { Aws } from '../../bin/cli/aws';
import { latestReport } from '../../bin/cli/latest-report';
import { type MonitorReports, reportsOf, reportsOfPipeline } from '../../bin/cli/monitor-reports';
import type { Pipeline } from '../../bin/cli/pipeline';

/** Reports of a pipeline whose bucket holds these objects. */
function reportsWith(objects: Readonly<Record<string, object>>, variant?: string): Promise<MonitorReports> {
  const keys = Object.keys(objects);
  const pipeline = {
    routing: async () => (variant ? { production: { variant, modelVersion: '1.0.0' } } : {}),
    objects: {
      bucket: 'churn-artifacts',
      keysBelow: async (prefix: string) => keys.filter((key) => key.startsWith(prefix)),
      foldersBelow: async (prefix: string) => [
        ...new Set(
          keys
            .filter((key) => key.startsWith(prefix))
            .map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)),
        ),
      ],
      read: async (key: string) => JSON.stringify(objects[key]),
    },
  };
  return reportsOfPipeline(pipeline as unknown as Pipeline);
}

/** An account with these parameters. */
function accountWith(parameters: Readonly<Record<string, object>>): Aws {
  const Parameters = Object.entries(parameters).map(([Name, value]) => ({
    Name,
    Value: JSON.stringify(value),
  }));
  const ssm = Object.assign(new SSMClient({ region: 'us-east-1' }), { send: async () => ({ Parameters }) });
  return { ssm } as unknown as Aws;
}

describe('the latest report of a monitor', () => {
  const objects = {
    'profiles/blue/2026/12/01/09/drift.json': { of: 'the other variant' },
    'profiles/green/2025/12/31/23/drift.json': { of: 'last year' },
    'profiles/green/2026/02/09/23/drift.json': { of: 'a month ago' },
    'profiles/green/2026/11/24/03/drift.json': { of: 'the morning' },
    'profiles/green/2026/11/24/14/drift.json': { of: 'now' },
    'profiles/green/2026/11/24/15/profile.json': {},
    // What a monitor without a pipeline has beside the years.
    'profiles/green/quality-table/day=2026-11-24/14-green.jsonl': {},
    'profiles/green/2026/11/23/14/quality.json': { of: 'yesterday' },
  };

  test('is the newest of the variant in production, whatever the time is here', async () => {
    expect(await latestReport(await reportsWith(objects, 'green'), 'drift.json')).toEqual({
      key: 'profiles/green/2026/11/24/14/drift.json',
      document: { of: 'now' },
    });
    expect(await latestReport(await reportsWith(objects, 'green'), 'quality.json')).toMatchObject({
      document: { of: 'yesterday' },
    });
  });

  test('is missed with the reason', async () => {
    await expect(latestReport(await reportsWith(objects, 'blue'), 'quality.json')).rejects.toThrow(
      'no labels of version 1.0.0 were monitored',
    );
    await expect(reportsWith(objects)).rejects.toThrow('nothing is in production');
  });
});

describe('the reports of a monitor without a pipeline', () => {
  const aws = accountWith({
    '/model-monitor/credit/reports': { bucket: 'reports', prefix: 'model-monitor/credit/profiles/' },
    '/model-monitor/churn/reports': { bucket: 'other', prefix: 'profiles/' },
  });
  const pipeline = () => Promise.reject(new Error('there is no pipeline'));

  test('are found by its name, where no pipeline exists', async () => {
    expect(await reportsOf({ aws, pipeline }, 'credit')).toMatchObject({
      prefix: 'model-monitor/credit/profiles/',
      objects: { bucket: 'reports' },
      subject: 'the endpoint of credit',
    });
    await expect(reportsOf({ aws, pipeline }, undefined)).rejects.toThrow('there is no pipeline');
  });

  test('are missed with the names of those that exist', async () => {
    await expect(reportsOf({ aws, pipeline }, 'credits')).rejects.toThrow(
      'the monitor credits does not exist in this account and region; those that do: churn, credit.',
    );
  });
});
