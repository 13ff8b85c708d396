import { isRoutine, readableLine } from '../../bin/cli/log-line';

describe('a line of a log', () => {
  const line = (fields: object) =>
    JSON.stringify({
      level: 'INFO',
      message: 'the function answered',
      timestamp: '2026-11-30T01:32:01.461Z',
      service: 'plan-release',
      cold_start: true,
      function_name: 'Stack-PlanRelease-1',
      pipeline: 'flights',
      executionId: 'arn:aws:states:eu-west-1:111111111111:execution:release:r-1',
      ...fields,
    });

  test('of a function reads as level, message, and what it is about', () => {
    expect(readableLine(line({ releaseId: 'r-1', result: { rows: 5 } }))).toBe(
      'INFO the function answered releaseId=r-1 result={"rows":5}',
    );
  });

  test('with an error ends with its stack', () => {
    const error = { name: 'Error', message: 'no', stack: 'Error: no\n    at plan (index.js:1)' };
    expect(readableLine(line({ level: 'ERROR', message: 'the function failed', error }))).toBe(
      ['ERROR the function failed', '  Error: no', '      at plan (index.js:1)'].join('\n'),
    );
  });

  test("of the function's runtime says what was thrown", () => {
    const thrown = { errorType: 'RangeError', errorMessage: 'too far' };
    expect(
      readableLine(JSON.stringify({ timestamp: '', level: 'ERROR', requestId: 'r', message: thrown })),
    ).toBe('ERROR {"errorType":"RangeError","errorMessage":"too far"}');
  });

  test.each(['text that is no JSON', '{"half": ', '{"captureData": {}}'])(
    'stays as it is if no function of the pipeline wrote it: %s',
    (text) => {
      expect(readableLine(text)).toBe(text);
    },
  );

  test.each([
    '{"time":"2026-11-30T01:00:00Z","type":"platform.start","record":{"requestId":"r","version":"1"}}',
    '{"time":"2026-11-30T01:00:00Z","type":"platform.report","record":{"status":"success"}}',
    '{"_aws":{"CloudWatchMetrics":[]},"Invocations":1}',
    'START RequestId: r Version: $LATEST',
    'REPORT RequestId: r\tDuration: 2.00 ms\t',
  ])('is routine: %s', (text) => {
    expect(isRoutine(text)).toBe(true);
  });

  test.each([
    ['platform.report timeout', '{"type":"platform.report","record":{"requestId":"r","status":"timeout"}}'],
    [
      'platform.report error Runtime.ExitError',
      '{"type":"platform.report","record":{"status":"error","errorType":"Runtime.ExitError"}}',
    ],
    ['INFO the function answered', line({})],
    ['REPORT RequestId: r\tStatus: timeout', 'REPORT RequestId: r\tStatus: timeout'],
  ])('is shown: %s', (shown, text) => {
    expect(isRoutine(text)).toBe(false);
    expect(readableLine(text)).toBe(shown);
  });
});
