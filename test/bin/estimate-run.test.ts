import { estimateRun } from '../../bin/batch/estimate-run';
import type { BatchManifest } from '../../contracts/batch';
import type { PlannedBatch } from '../../contracts/functions/batch';

const PLANNED = { engine: 'lambda', parts: 100, rows: 2_000_000 } as PlannedBatch;

function endedRun(run: string, manifest: Partial<BatchManifest>) {
  return {
    run,
    status: 'SUCCEEDED',
    started: '',
    modelVersion: '1.0.0',
    parts: 1,
    scoredParts: 1,
    rows: 1,
    manifest: {
      engine: 'lambda',
      plannedAt: '2026-11-30T02:00:00Z',
      finishedAt: '2026-11-30T02:10:00Z',
      rows: 999_000,
      failedRows: 1_000,
      gigabyteSeconds: 600,
      ...manifest,
    } as BatchManifest,
  };
}

const priceOf = (type: string) => (type === 'ml.m5.large' ? 0.115 : undefined);

test('a run is likely to take as long as the last one did for as many rows, and to cost as much', () => {
  const { manifest, ...running } = endedRun('tonight', {});
  const runs = [running, endedRun('yesterday', {}), endedRun('before', { rows: 5 })];
  const [estimate, ...others] = estimateRun(PLANNED, runs, priceOf);
  expect(others).toEqual([]);
  expect(estimate).toMatchObject({ engine: 'lambda', isChosen: true, by: 'yesterday', minutes: 20 });
  // 1,200 GB-seconds at $0.0000166667, and 200 transitions at $0.025 a thousand.
  expect(estimate?.dollars).toBeCloseTo(0.02 + 0.005, 6);
  expect(estimateRun(PLANNED, [], priceOf)).toEqual([]);
  expect(estimateRun(PLANNED, [endedRun('empty', { rows: 0, failedRows: 0 })], priceOf)).toEqual([]);
});

test('a batch that has had another engine shows both, each by the pace of its own last run', () => {
  const runs = [endedRun('new', { engine: 'transform', gigabyteSeconds: 60 }), endedRun('old', {})];
  const planned = { ...PLANNED, engine: 'transform', instances: { type: 'ml.m5.large', count: 3 } } as const;
  const [byFunction, byJob] = estimateRun(planned, runs, priceOf);
  expect(byFunction).toMatchObject({ engine: 'lambda', isChosen: false, by: 'old', minutes: 20 });
  expect(byJob).toMatchObject({ engine: 'transform', isChosen: true, by: 'new', minutes: 20 });
  // Three instances for 20 minutes, and 120 GB-seconds and 200 transitions of joining, and as much of
  // preparing.
  expect(byJob?.dollars).toBeCloseTo(3 * 0.115 * (20 / 60) + 2 * (0.002 + 0.005), 6);
});

test('a job of Spark costs its workers for the time of the run, and preparing and joining', () => {
  const planned = {
    ...PLANNED,
    engine: 'spark',
    instances: { type: 'emr-serverless.4vcpu-16gb', count: 5 },
  } as const;
  const [estimate] = estimateRun(planned, [endedRun('a', { engine: 'spark', gigabyteSeconds: 60 })], priceOf);
  expect(estimate).toMatchObject({ engine: 'spark', isChosen: true, by: 'a', minutes: 20 });
  // Five workers of 4 vCPU at $0.052624 and 16 GB at $0.0057785 an hour.
  expect(estimate?.dollars).toBeCloseTo((5 * 0.302952 * 20) / 60 + 2 * (0.002 + 0.005), 6);
});

test('a job has no cost if its type has no price', () => {
  const planned = { ...PLANNED, engine: 'transform', instances: { type: 'ml.p9.large', count: 1 } } as const;
  expect(estimateRun(planned, [endedRun('a', { engine: 'transform' })], priceOf)).toEqual([
    { engine: 'transform', isChosen: true, by: 'a', minutes: 20 },
  ]);
});
