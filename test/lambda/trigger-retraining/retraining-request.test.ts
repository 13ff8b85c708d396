import { parseRequest } from '../../../lambda/trigger-retraining/retraining-request';

const NOW = new Date('2026-11-24T10:12:30Z');

describe('parseRequest', () => {
  test('reads a drift alarm, with its reason', () => {
    const event = {
      version: '0',
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: '2026-11-24T10:11:00Z',
      detail: { alarmName: 'drift', state: { value: 'ALARM', reason: 'Threshold Crossed' } },
    };
    expect(parseRequest(event, NOW)).toEqual({
      trigger: 'drift',
      reason: 'alarm drift: Threshold Crossed',
      time: new Date('2026-11-24T10:11:00Z'),
      force: false,
    });
  });

  test('reads a schedule', () => {
    const event = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-24T10:00:00Z',
      detail: {},
    };
    expect(parseRequest(event, NOW)).toMatchObject({
      trigger: 'schedule',
      time: new Date('2026-11-24T10:00:00Z'),
    });
  });

  test('reads the arrival of data', () => {
    const event = {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      time: '2026-11-24T10:00:00Z',
      detail: { bucket: { name: 'b' }, object: { key: 'training-data/may.csv' } },
    };
    expect(parseRequest(event, NOW)).toMatchObject({
      trigger: 'data',
      reason: 'new data: training-data/may.csv',
    });
  });

  test("reads a person's request, made now", () => {
    expect(parseRequest({ reason: 'new features' }, NOW)).toEqual({
      trigger: 'manual',
      reason: 'new features',
      time: NOW,
      force: false,
    });
    const hyperparameters = { 'max-iter': '1' };
    expect(parseRequest({ reason: 'worse', trigger: 'quality', force: true, hyperparameters }, NOW)).toEqual({
      trigger: 'quality',
      reason: 'worse',
      time: NOW,
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
    expect(() => parseRequest(event, NOW)).toThrow(message);
  });
});
