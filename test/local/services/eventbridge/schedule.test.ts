import { parseSchedule } from '../../../../local/services/eventbridge/schedule';

const time = (iso: string) => Date.parse(`${iso}Z`);

function firings(expression: string, from: string, count: number): string[] {
  const schedule = parseSchedule(expression, time(from));
  const result: string[] = [];
  for (
    let at = schedule.next(time(from));
    at !== undefined && result.length < count;
    at = schedule.next(at)
  ) {
    result.push(new Date(at).toISOString().slice(0, 16));
  }
  return result;
}

describe('a schedule', () => {
  // Expressions: "Creating an Amazon EventBridge rule that runs on a schedule" of the EventBridge User Guide.
  test.each([
    ['cron(0 10 * * ? *)', '2026-11-24T10:00', ['2026-11-25T10:00', '2026-11-26T10:00']],
    ['cron(15 12 * * ? *)', '2026-11-24T10:00', ['2026-11-24T12:15']],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-27T18:00', ['2026-11-30T18:00', '2026-12-01T18:00']],
    ['cron(0 8 1 * ? *)', '2026-11-24T10:00', ['2026-12-01T08:00', '2027-01-01T08:00']],
    [
      'cron(0/15 * * * ? *)',
      '2026-11-24T10:07',
      ['2026-11-24T10:15', '2026-11-24T10:30', '2026-11-24T10:45', '2026-11-24T11:00'],
    ],
    [
      'cron(1/10 * * * ? *)',
      '2026-11-24T10:00',
      ['2026-11-24T10:01', '2026-11-24T10:11', '2026-11-24T10:21'],
    ],
    ['cron(0/5 8-17 ? * MON-FRI *)', '2026-11-24T17:50', ['2026-11-24T17:55', '2026-11-25T08:00']],
    ['cron(5,35 14 * * ? *)', '2026-11-24T14:05', ['2026-11-24T14:35', '2026-11-25T14:05']],
    // 2019-01-25 and 2019-02-22 are the last Fridays of their months.
    ['cron(15 10 ? * 6L 2019-2022)', '2019-01-01T00:00', ['2019-01-25T10:15', '2019-02-22T10:15']],
    // The second Tuesday of a month.
    ['cron(0 0 ? * 3#2 *)', '2026-11-24T10:00', ['2026-12-08T00:00', '2027-01-12T00:00']],
    ['cron(0 0 L * ? *)', '2028-02-01T00:00', ['2028-02-29T00:00', '2028-03-31T00:00']],
    // The 3rd of October 2026 is a Saturday, that of January 2027 a Sunday.
    [
      'cron(0 0 3W * ? *)',
      '2026-09-30T00:00',
      ['2026-10-02T00:00', '2026-11-03T00:00', '2026-12-03T00:00', '2027-01-04T00:00'],
    ],
    // The 1st of August 2026 is a Saturday: the nearest weekday of the same month is the 3rd.
    ['cron(0 0 1W AUG ? 2026)', '2026-07-01T00:00', ['2026-08-03T00:00']],
    ['cron(0 0 1 1 ? 2027)', '2026-11-24T10:00', ['2027-01-01T00:00']],
    [
      'cron(0 22-1 * * ? *)',
      '2026-11-24T22:00',
      ['2026-11-24T23:00', '2026-11-25T00:00', '2026-11-25T01:00', '2026-11-25T22:00'],
    ],
  ])('%s from %s', (expression, from, expected) => {
    expect(firings(expression, from, expected.length)).toEqual(expected);
  });

  test('a cron expression can have no further firing', () => {
    expect(firings('cron(0 0 1 1 ? 2025)', '2026-11-24T10:00', 1)).toEqual([]);
  });

  test('a rate counts from when the rule was made', () => {
    expect(firings('rate(5 minutes)', '2026-11-24T10:02', 2)).toEqual([
      '2026-11-24T10:07',
      '2026-11-24T10:12',
    ]);
    expect(firings('rate(1 day)', '2026-11-24T10:02', 1)).toEqual(['2026-11-25T10:02']);
  });

  test.each([
    'rate(1 hours)',
    'rate(5 hour)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(0 10 * * ?)',
    'cron(60 10 * * ? *)',
    'cron(0 10 * FOO ? *)',
    'cron(0 0 ? * 3#1,6#3 *)',
    'every day',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression, 0)).toThrow('Parameter ScheduleExpression is not valid.');
  });
});
