import {
  EMPTY_QUEUE,
  nextStart,
  type RetrainingQueue,
} from '../../../../lambda/domain/records/retraining-queue';

const NOW = new Date('2026-11-24T10:00:00Z');

/** A queue with a start for each number of hours before now, the newest last. */
function startedHoursAgo(...hours: number[]): RetrainingQueue {
  const starts = hours.map((ago) => {
    const time = new Date(NOW.getTime() - ago * 3_600_000).toISOString();
    const request = { trigger: 'manual' as const, source: 'person', reason: 'a test', time };
    return { name: `manual-${ago}`, time, requests: [request], confirmed: true };
  });
  return { ...EMPTY_QUEUE, starts };
}

describe('nextStart', () => {
  test.each<
    [string, RetrainingQueue, { cooldownMinutes: number; maximumPerWeek?: number }, string | undefined]
  >([
    ['nothing was started yet', EMPTY_QUEUE, { cooldownMinutes: 360, maximumPerWeek: 1 }, undefined],
    ['the cool-down is over', startedHoursAgo(6), { cooldownMinutes: 360 }, undefined],
    ['the cool-down lasts', startedHoursAgo(100, 2), { cooldownMinutes: 360 }, '2026-11-24T14:00:00.000Z'],
    [
      'the budget is not spent',
      startedHoursAgo(48, 24),
      { cooldownMinutes: 60, maximumPerWeek: 3 },
      undefined,
    ],
    [
      'the budget is spent until the oldest start is a week ago',
      startedHoursAgo(48, 36, 24),
      { cooldownMinutes: 60, maximumPerWeek: 3 },
      '2026-11-29T10:00:00.000Z',
    ],
    [
      'a person has gone beyond the budget',
      startedHoursAgo(48, 36, 24),
      { cooldownMinutes: 60, maximumPerWeek: 2 },
      '2026-11-29T22:00:00.000Z',
    ],
    [
      'starts are older than a week',
      startedHoursAgo(200, 190),
      { cooldownMinutes: 60, maximumPerWeek: 1 },
      undefined,
    ],
  ])('tells when the next may start if %s', (_title, queue, limits, expected) => {
    expect(nextStart(queue, limits, NOW)?.toISOString()).toBe(expected);
  });
});
