import { parseCall } from '../../../lambda/trigger-retraining/retraining-request';

const NOW = new Date('2026-11-24T10:12:30.000Z');
const ALARMS = [
  { alarmName: 'drifts', trigger: 'drift' as const },
  { alarmName: 'worsens', trigger: 'quality' as const },
  { alarmName: 'rings', trigger: 'alarm' as const, reason: 'prices have moved' },
];

describe('parseCall', () => {
  test.each([
    ['drifts', 'drift', ''],
    ['worsens', 'quality', ''],
    ['rings', 'alarm', 'prices have moved: '],
  ])('reads the alarm that %s, with its reason', (alarmName, trigger, meaning) => {
    const event = {
      version: '0',
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: '2026-11-24T10:11:00Z',
      detail: { alarmName, state: { value: 'ALARM', reason: 'Threshold Crossed' } },
    };
    expect(parseCall(event, ALARMS, NOW)).toEqual({
      request: {
        trigger,
        source: alarmName,
        reason: `${meaning}alarm ${alarmName}: Threshold Crossed`,
        time: '2026-11-24T10:11:00Z',
      },
      byPerson: false,
      force: false,
    });
  });

  test.each([
    [
      'a schedule',
      { schedule: { time: '2026-11-24T10:00:00Z' } },
      { trigger: 'schedule', source: 'schedule', reason: 'the regular retraining' },
    ],
    [
      'the arrival of data',
      {
        source: 'aws.s3',
        time: '2026-11-24T10:00:00Z',
        detail: { bucket: { name: 'b' }, object: { key: 'training-data/may.csv' } },
      },
      { trigger: 'data', source: 'training-data', reason: 'new data: training-data/may.csv' },
    ],
    [
      'an event of another system',
      { event: { source: 'event-1', reason: 'prices were loaded', time: '2026-11-24T10:00:00Z' } },
      { trigger: 'event', source: 'event-1', reason: 'prices were loaded' },
    ],
  ])('reads %s', (_title, event, request) => {
    expect(parseCall(event, ALARMS, NOW)).toMatchObject({
      request: { ...request, time: '2026-11-24T10:00:00Z' },
      byPerson: false,
      force: false,
    });
  });

  test('reads the hourly look, which asks for nothing itself', () => {
    const hourly = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-24T10:00:00Z',
      detail: {},
    };
    expect(parseCall(hourly, ALARMS, NOW)).toEqual({});
  });

  test("reads a person's request, made now", () => {
    const time = NOW.toISOString();
    expect(parseCall({ reason: 'new features' }, ALARMS, NOW)).toEqual({
      request: { trigger: 'manual', source: 'person', reason: 'new features', time },
      byPerson: true,
      force: false,
    });
    const hyperparameters = { 'max-iter': '1' };
    const event = { reason: 'worse', trigger: 'quality', force: true, hyperparameters };
    expect(parseCall(event, ALARMS, NOW)).toEqual({
      request: { trigger: 'quality', source: 'person', reason: 'worse', time },
      byPerson: true,
      force: true,
      hyperparameters,
    });
  });

  test.each([
    [{ trigger: 'manual' }, 'request for a retraining is not valid: reason: expected string, got nothing'],
    [{ reason: 'x', hyperparameter: {} }, "unknown field 'hyperparameter'"],
    [{ reason: 'x', hyperparameters: { depth: 3 } }, 'hyperparameters.depth: expected string, got 3'],
    [null, 'expected object, got null'],
    [{ source: 'aws.s3', time: '2026-11-24T10:00:00Z', detail: {} }, 'detail.object: expected object'],
  ])('refuses %j', (event, message) => {
    expect(() => parseCall(event, ALARMS, NOW)).toThrow(message);
  });
});
