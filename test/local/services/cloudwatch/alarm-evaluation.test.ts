import { evaluateAlarm, type MissingData } from '../../../../local/services/cloudwatch/alarm-evaluation';

const MINUTE = 60_000;
const START = Date.parse('2026-11-24T10:00:00Z');

/** `0` is fine, `X` breaches, `-` is missing; the newest comes last. */
function evaluate(data: string, treatMissingData: MissingData, datapointsToAlarm: number) {
  const rule = {
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 5,
    evaluationPeriods: 3,
    datapointsToAlarm,
    treatMissingData,
  };
  const values: Record<string, number | undefined> = { '0': 1, X: 9, '-': undefined };
  const datapoints = data
    .split(' ')
    .map((symbol, i) => ({ time: START + i * MINUTE, value: values[symbol] }));
  return evaluateAlarm(rule, datapoints);
}

const OF = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const RETAIN = undefined;

describe('an alarm with missing data', () => {
  // The tables of "Configuring how CloudWatch alarms treat missing data" of the CloudWatch User Guide:
  // columns are missing, ignore, breaching, notBreaching. Rows that were dropped from later editions are kept
  // where they agree.
  test.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', RETAIN, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - - - X', 'INSUFFICIENT_DATA', RETAIN, 'ALARM', 'OK'],
    ['- - X - -', 'ALARM', RETAIN, 'ALARM', 'OK'],
    ['X - - - -', 'ALARM', RETAIN, 'ALARM', 'OK'],
  ])('3 out of 3: %s', (data, ...expected) => {
    expect(OF.map((treatment) => evaluate(data, treatment, 3)?.state)).toEqual(expected);
  });

  test.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - X', 'INSUFFICIENT_DATA', RETAIN, 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', RETAIN, 'ALARM', 'OK'],
  ])('2 out of 3: %s', (data, ...expected) => {
    expect(OF.map((treatment) => evaluate(data, treatment, 2)?.state)).toEqual(expected);
  });

  // Wordings seen in published alarm notifications.
  test.each([
    [
      '0 0 X 0 X',
      'missing',
      2,
      'Threshold Crossed: 2 out of the last 3 datapoints [9.0 (24/11/26 10:04:00), 9.0 (24/11/26 10:02:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    ],
    [
      '0 0 0 0 X',
      'missing',
      3,
      'Threshold Crossed: 2 out of the last 3 datapoints [1.0 (24/11/26 10:03:00), 1.0 (24/11/26 10:02:00)] were not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).',
    ],
    [
      '- - - - -',
      'breaching',
      3,
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
    ],
    [
      '- - - - X',
      'breaching',
      2,
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      '- 0 0 - -',
      'notBreaching',
      1,
      'Threshold Crossed: 2 datapoints were received for 3 periods and 1 missing datapoint was treated as [NonBreaching].',
    ],
    ['- - - - -', 'missing', 3, 'Insufficient Data: 3 datapoints were unknown.'],
  ] as const)('%s, %s, %i to alarm gives a reason', (data, treatment, datapointsToAlarm, reason) => {
    expect(evaluate(data, treatment, datapointsToAlarm)?.reason).toBe(reason);
  });
});
