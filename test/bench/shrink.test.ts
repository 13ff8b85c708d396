import { type Schedule, scheduleOf } from '../../bench/lifecycles/schedule';
import { shrink } from '../../bench/lifecycles/shrink';

const SCHEDULE: Schedule = {
  seed: 7,
  strategy: 'steps',
  faults: { rate: 0.1, seed: 7 },
  steps: [
    { operation: { do: 'release', version: '1.0.0' }, wait: 'settled' },
    { operation: { do: 'release', version: '2.0.0' }, wait: 60 },
    { operation: { do: 'kill' }, wait: 120 },
    { operation: { do: 'roll-back' }, wait: 'settled' },
  ],
};

const does = ({ steps }: Schedule, what: string) => steps.some(({ operation }) => operation.do === what);

describe('a schedule that breaks a promise', () => {
  test('comes down to what it takes', async () => {
    const smallest = await shrink(SCHEDULE, async (schedule) =>
      does(schedule, 'release') && does(schedule, 'kill') ? ['broken'] : [],
    );
    expect(smallest).toEqual({
      seed: 7,
      strategy: 'steps',
      steps: [
        { operation: { do: 'release', version: '2.0.0' }, wait: 0 },
        { operation: { do: 'kill' }, wait: 'settled' },
      ],
    });
  });

  test('keeps the faults without which it breaks nothing', async () => {
    const { faults, steps } = await shrink(SCHEDULE, async (schedule) => (schedule.faults ? ['broken'] : []));
    expect(faults).toEqual(SCHEDULE.faults);
    expect(steps).toHaveLength(1);
  });
});

test('schedules follow from their seeds, with every strategy and every operation', () => {
  const schedules = Array.from({ length: 200 }, (_, index) => scheduleOf(index + 1));
  expect(scheduleOf(17)).toEqual(schedules[16]);
  expect(new Set(schedules.map(({ strategy }) => strategy))).toEqual(
    new Set(['steps', 'approval', 'shadow', 'guardrails', 'function', 'functionWithShadow']),
  );
  const operations = schedules.flatMap(({ steps }) => steps.map(({ operation }) => operation.do));
  expect(new Set(operations)).toEqual(
    new Set([
      'release',
      'deploy',
      'roll-back',
      'kill',
      'approve',
      'reject',
      'keep-silent',
      'retrain',
      'delete-model',
      'delete-config',
      'delete-endpoint',
      'fail-endpoint',
      'fail-rollback',
      'time-out',
      'repeat-end',
      'rename',
      'take-name',
      'delete-archive',
      'replace-archive',
      'delete-package',
      'replace-package',
      'delete-routing',
      'empty-routing',
      'delete-ledger-entry',
    ]),
  );
});
