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

test('a run is likely to take as long as the last one did for as many rows, and to cost as much', () => {
  const { manifest, ...running } = endedRun('tonight', {});
  const estimate = estimateRun(PLANNED, [
    running,
    endedRun('yesterday', {}),
    endedRun('before', { rows: 5 }),
  ]);
  expect(estimate).toMatchObject({ by: 'yesterday', minutes: 20 });
  // 1,200 GB-seconds at $0.0000166667, and 200 transitions at $0.025 a thousand.
  expect(estimate?.dollars).toBeCloseTo(0.02 + 0.005, 6);
});

test('time is told without cost where instances score, and nothing before a run has ended', () => {
  const estimate = estimateRun({ ...PLANNED, engine: 'transform' }, [endedRun('a', { engine: 'transform' })]);
  expect(estimate).toEqual({ by: 'a', minutes: 20 });
  expect(estimateRun(PLANNED, [])).toBeUndefined();
  expect(estimateRun(PLANNED, [endedRun('empty', { rows: 0, failedRows: 0 })])).toBeUndefined();
});
