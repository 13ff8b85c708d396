import { MINUTE, SECOND } from './service-fixture';
import { StatesFixture, type TestMachine } from './stepfunctions-fixture';

const PARAMETER = 'arn:aws:states:::aws-sdk:ssm:getParameter';
const MISSING = { Type: 'Task', Resource: PARAMETER, Arguments: { Name: '/missing' } };

describe('States', () => {
  const fixture = new StatesFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  const seconds = async (arn: string, type: string) => {
    const events = await fixture.history(arn);
    const start = events[0]?.timestamp?.getTime() ?? 0;
    return events
      .filter((event) => event.type === type)
      .map(({ timestamp }) => ((timestamp?.getTime() ?? 0) - start) / 1000);
  };

  test('Pass, Choice and Succeed hand on, and history tells of each', async () => {
    const machine: TestMachine = {
      StartAt: 'Look',
      States: {
        Look: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Next: 'Large', Output: 'large' },
            {
              Condition: '{% $states.input.n > 5 %}',
              Assign: { n: '{% $states.input.n %}' },
              Next: 'Medium',
            },
          ],
          Default: 'Small',
        },
        Large: { Type: 'Succeed' },
        Medium: { Type: 'Succeed', Output: { medium: '{% $n %}' } },
        Small: { Type: 'Pass', Output: 'small', End: true },
      },
    };
    expect((await fixture.run(machine, { n: 11 })).output).toBe('large');
    expect((await fixture.run(machine, { n: 1 })).output).toBe('small');
    const { arn, output } = await fixture.run(machine, { n: 7 });
    expect(output).toEqual({ medium: 7 });
    expect(
      (await fixture.history(arn)).map(({ id, previousEventId, type }) => [id, previousEventId, type]),
    ).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'ChoiceStateEntered'],
      [3, 2, 'ChoiceStateExited'],
      [4, 3, 'SucceedStateEntered'],
      [5, 4, 'SucceedStateExited'],
      [6, 5, 'ExecutionSucceeded'],
    ]);
    const [, entered, exited] = await fixture.history(arn);
    expect(entered?.stateEnteredEventDetails).toEqual({
      name: 'Look',
      input: '{"n":7}',
      inputDetails: { truncated: false },
    });
    expect(exited?.stateExitedEventDetails).toMatchObject({
      output: '{"n":7}',
      assignedVariables: { n: '7' },
    });
  });

  test('a Choice without a rule that holds and without Default fails', async () => {
    const { error, cause } = await fixture.run({
      StartAt: 'Look',
      States: {
        Look: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }] },
        End: { Type: 'Succeed' },
      },
    });
    expect(error).toBe('States.NoChoiceMatched');
    expect(cause).toContain("the state 'Look' (entered at the event id #2)");
  });

  test('Fail ends with its error and cause', async () => {
    const { status, error, cause, arn } = await fixture.run(
      {
        StartAt: 'No',
        States: { No: { Type: 'Fail', Error: 'Mine', Cause: "{% 'because of ' & $states.input.why %}" } },
      },
      { why: 'x' },
    );
    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Mine', cause: 'because of x' });
    expect(await fixture.eventTypes(arn)).toEqual([
      'ExecutionStarted',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  test('Wait takes its time on the clock', async () => {
    const machine = {
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: '{% $states.input.s %}', Output: 'done', End: true } },
    };
    const arn = await fixture.startExecution(await fixture.create(machine), { s: 90 });
    await fixture.advance(89 * SECOND);
    expect((await fixture.describe(arn)).status).toBe('RUNNING');
    await fixture.advance(SECOND);
    expect(await fixture.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(await seconds(arn, 'WaitStateExited')).toEqual([90]);
  });

  test('Wait waits for a point in time, and not for one that has passed', async () => {
    const until = new Date(fixture.cloud.clock.now() + MINUTE).toISOString();
    const wait = { Type: 'Wait', Timestamp: '{% $states.input %}' };
    expect((await fixture.runState(wait, until, MINUTE)).status).toBe('SUCCEEDED');
    expect((await fixture.runState(wait, until)).status).toBe('SUCCEEDED');
    const { error, cause } = await fixture.runState(wait, '2016-12-05 21:29:29Z');
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05 21:29:29Z',
    );
  });

  test('the branches of a Parallel state wait beside each other', async () => {
    const wait = (name: string, Seconds: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds, Output: `{% '${name}' & $states.input %}`, End: true } },
    });
    const { arn, output } = await fixture.runState(
      { Type: 'Parallel', Arguments: '!', Branches: [wait('A', 60), wait('B', 20)] },
      {},
      MINUTE,
    );
    expect(output).toEqual(['A!', 'B!']);
    expect(await seconds(arn, 'WaitStateExited')).toEqual([20, 60]);
    expect(await fixture.eventTypes(arn)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'WaitStateEntered',
      'WaitStateEntered',
      'WaitStateExited',
      'WaitStateExited',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('the first branch that fails ends the others and can be caught', async () => {
    const { arn, output } = await fixture.run(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 1000, End: true } } },
              {
                StartAt: 'Short',
                States: {
                  Short: { Type: 'Wait', Seconds: 10, Next: 'Fails' },
                  Fails: { Type: 'Fail', Error: 'Mine', Cause: 'why' },
                },
              },
            ],
            Catch: [
              { ErrorEquals: ['Mine'], Assign: { error: '{% $states.errorOutput %}' }, Next: 'Caught' },
            ],
            End: true,
          },
          Caught: { Type: 'Pass', Output: ['{% $error %}', '{% $states.input %}'], End: true },
        },
      },
      {},
      10 * SECOND,
    );
    expect(output).toEqual([
      { Error: 'Mine', Cause: 'why' },
      { Error: 'Mine', Cause: 'why' },
    ]);
    expect(await fixture.eventTypes(arn)).toEqual(
      expect.arrayContaining(['WaitStateAborted', 'ParallelStateFailed', 'ParallelStateExited']),
    );
    expect(fixture.cloud.clock.nextDue()).toBeUndefined();
  });

  test('Map does the same with each item, not more at once than MaxConcurrency', async () => {
    const { arn, output } = await fixture.runState(
      {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: {
          item: '{% $states.context.Map.Item.Value %}',
          at: '{% $states.context.Map.Item.Index %}',
        },
        MaxConcurrency: 2,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Wait',
              Seconds: 10,
              Output: '{% $states.input.item & $states.input.at %}',
              End: true,
            },
          },
        },
      },
      { items: ['a', 'b', 'c'] },
      MINUTE,
    );
    expect(output).toEqual(['a0', 'b1', 'c2']);
    expect(await seconds(arn, 'MapIterationStarted')).toEqual([0, 0, 10]);
    expect(await seconds(arn, 'MapStateSucceeded')).toEqual([20]);
    const started = (await fixture.history(arn)).find(({ type }) => type === 'MapStateStarted');
    expect(started?.mapStateStartedEventDetails).toEqual({ length: 3 });
  });

  test('Map over nothing gives nothing, and a failed item fails it', async () => {
    const map = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Fail', Error: 'Bad' } } },
    };
    expect((await fixture.runState(map, [])).output).toEqual([]);
    const { arn, error } = await fixture.runState(map, [1]);
    expect(error).toBe('Bad');
    expect((await fixture.eventTypes(arn)).slice(-3)).toEqual([
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('Retry waits longer each time, up to a limit', async () => {
    const Retry = [
      { ErrorEquals: ['Ssm.Other'], MaxAttempts: 9 },
      {
        ErrorEquals: ['States.TaskFailed'],
        IntervalSeconds: 2,
        BackoffRate: 3,
        MaxAttempts: 4,
        MaxDelaySeconds: 20,
      },
    ];
    const { arn, error } = await fixture.runState({ ...MISSING, Retry }, {}, 10 * MINUTE);
    expect(error).toBe('Ssm.ParameterNotFoundException');
    expect(await seconds(arn, 'TaskScheduled')).toEqual([0, 2, 8, 26, 46]);
  });

  test('full jitter stays within the interval', async () => {
    const Retry = [
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 10,
        BackoffRate: 1,
        MaxAttempts: 5,
        JitterStrategy: 'FULL',
      },
    ];
    const { arn } = await fixture.runState({ ...MISSING, Retry }, {}, 10 * MINUTE);
    const times = await seconds(arn, 'TaskScheduled');
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10);
    expect(new Set(waits).size).toBe(5);
  });

  test('the first catcher that names the error leads on, with the count of retries in the context', async () => {
    const Catch = [
      { ErrorEquals: ['Ssm.Other'], Next: 'Wrong' },
      {
        ErrorEquals: ['Ssm.ParameterNotFoundException'],
        Output: { e: '{% $states.errorOutput.Error %}', retries: '{% $states.context.State.RetryCount %}' },
        Next: 'Right',
      },
      { ErrorEquals: ['States.ALL'], Next: 'Wrong' },
    ];
    const { output } = await fixture.run(
      {
        StartAt: 'Try',
        States: {
          Try: { ...MISSING, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }], Catch, Next: 'Wrong' },
          Wrong: { Type: 'Fail' },
          Right: { Type: 'Succeed' },
        },
      },
      {},
      MINUTE,
    );
    expect(output).toEqual({ e: 'Ssm.ParameterNotFoundException', retries: 1 });
  });

  test('a query that fails after the task can be caught too', async () => {
    const { output } = await fixture.run({
      StartAt: 'Try',
      States: {
        Try: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:ssm:getParameters',
          Arguments: { Names: ['/missing'] },
          Output: '{% $states.result.Nothing %}',
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      },
    });
    expect(output).toBe('States.QueryEvaluationError');
  });

  test('a machine that takes too long is timed out', async () => {
    const machine = {
      TimeoutSeconds: 30,
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 60, End: true } },
    };
    const { arn, status } = await fixture.run(machine, {}, 30 * SECOND);
    expect(status).toBe('TIMED_OUT');
    expect(await fixture.eventTypes(arn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateAborted',
      'ExecutionTimedOut',
    ]);
    expect(fixture.cloud.clock.nextDue()).toBeUndefined();
  });

  test('more than 256 KB are refused', async () => {
    const { error, cause } = await fixture.runState({
      Type: 'Pass',
      Output: "{% $pad('', 300000, 'abcdefghij') %}",
    });
    expect(error).toBe('States.DataLimitExceeded');
    expect(cause).toBe(
      "The state/task 'It' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  test('a machine that never ends is ended by its history', async () => {
    const { arn, status, cause } = await fixture.run({
      StartAt: 'Turn',
      States: { Turn: { Type: 'Pass', Next: 'Again' }, Again: { Type: 'Pass', Next: 'Turn' } },
    });
    expect(status).toBe('FAILED');
    expect(cause).toBe('The execution reached the maximum number of history events (25000).');
    expect((await fixture.history(arn)).length).toBe(1000);
  });

  describe('in JSONPath', () => {
    const path = (state: object, input: unknown) =>
      fixture.run(
        { QueryLanguage: 'JSONPath', StartAt: 'It', States: { It: { End: true, ...state } } },
        input,
      );

    test('input and output go through their paths', async () => {
      const input = { a: { b: 1, list: [1, 2, 3] }, keep: true };
      const { output } = await path(
        {
          Type: 'Pass',
          InputPath: '$.a',
          Parameters: {
            'b.$': '$.b',
            'last.$': '$.list[-1]',
            'some.$': '$.list[0:2]',
            'who.$': '$$.State.Name',
            c: 'x',
          },
          ResultPath: '$.r.s',
        },
        input,
      );
      expect(output).toEqual({ ...input, r: { s: { b: 1, last: 3, some: [1, 2], who: 'It', c: 'x' } } });
      expect((await path({ Type: 'Pass', OutputPath: '$.a.list' }, input)).output).toEqual([1, 2, 3]);
      expect((await path({ Type: 'Pass', Result: { x: 1 }, ResultPath: null }, input)).output).toEqual(input);
      const deep = await path(
        { Type: 'Pass', Parameters: { 'all.$': '$..b', 'each.$': '$.a.list[*]' } },
        input,
      );
      expect(deep.output).toEqual({ all: [1], each: [1, 2, 3] });
    });

    test('a path that finds nothing ends the execution', async () => {
      const { error, cause } = await path({ Type: 'Pass', Parameters: { 'value.$': '$.none' } }, {});
      expect(error).toBe('States.Runtime');
      expect(cause).toBe(
        "An error occurred while executing the state 'It' (entered at the event id #2). The JSONPath '$.none' specified for the field 'value.$' could not be found in the input '{}'",
      );
    });

    // Examples of "Intrinsic functions for JSONPath states" of the developer guide.
    test.each([
      ['States.Array($.Id)', { Id: 123456 }, [123456]],
      [
        'States.ArrayPartition($.a, 4)',
        { a: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
        [[1, 2, 3, 4], [5, 6, 7, 8], [9]],
      ],
      ['States.ArrayContains($.a, $.b)', { a: [1, 2, 3], b: 3 }, true],
      ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
      ['States.ArrayGetItem($.a, $.index)', { a: [1, 2, 3, 4, 5, 6, 7, 8, 9], index: 5 }, 6],
      ['States.ArrayLength($.a)', { a: [1, 2, 3] }, 3],
      ['States.ArrayUnique($.a)', { a: [1, 2, 3, 3, 3, 3, 4] }, [1, 2, 3, 4]],
      ['States.Base64Encode($.input)', { input: 'Data to encode' }, 'RGF0YSB0byBlbmNvZGU='],
      ['States.Base64Decode($.base64)', { base64: 'RGF0YSB0byBlbmNvZGU=' }, 'Data to encode'],
      [
        'States.Hash($.Data, $.Algorithm)',
        { Data: 'input data', Algorithm: 'SHA-1' },
        'aaff4a450a104cd177d28d18d74485e8cae074b7',
      ],
      [
        'States.JsonMerge($.a, $.b, false)',
        { a: { a: { a1: 1 }, b: 2 }, b: { a: { a3: 1 }, c: 3 } },
        { a: { a3: 1 }, b: 2, c: 3 },
      ],
      ['States.StringToJson($.s)', { s: '{"foo": "bar"}' }, { foo: 'bar' }],
      ['States.JsonToString($.j)', { j: { foo: 'bar' } }, '{"foo":"bar"}'],
      ['States.MathAdd($.value1, $.step)', { value1: 111, step: -1 }, 110],
      ['States.StringSplit($.s, $.d)', { s: '1,2,3,4,5', d: ',' }, ['1', '2', '3', '4', '5']],
      ["States.StringSplit($.s, '-+,=')", { s: 'This.is+a,test=string' }, ['This.is', 'a', 'test', 'string']],
      ["States.Format('Hello, my name is {}.', $.name)", { name: 'Arnav' }, 'Hello, my name is Arnav.'],
      ["States.Format('{}{}', States.ArrayGetItem($.a, 0), 'it\\'s')", { a: [1] }, "1it's"],
    ])('%s', async (call, input, expected) => {
      const { output, cause } = await path({ Type: 'Pass', Parameters: { 'x.$': call } }, input);
      expect(output ?? cause).toEqual({ x: expected });
    });

    test.each([
      [{ Variable: '$.n', NumericGreaterThan: 5 }, true],
      [{ Variable: '$.n', NumericLessThanEquals: 5 }, false],
      [{ Variable: '$.n', NumericEqualsPath: '$.m' }, true],
      [{ Variable: '$.s', StringMatches: 'log-*.txt' }, true],
      [{ Variable: '$.s', NumericEquals: 5 }, false],
      [{ Variable: '$.t', TimestampLessThan: '2027-01-01T00:00:00+01:00' }, true],
      [{ Variable: '$.none', IsPresent: false }, true],
      [{ Variable: '$.z', IsNull: true }, true],
      [{ Not: { Variable: '$.n', IsString: true } }, true],
      [
        {
          And: [
            { Variable: '$.b', BooleanEquals: true },
            { Variable: '$.n', IsNumeric: false },
          ],
        },
        false,
      ],
      [
        {
          Or: [
            { Variable: '$.s', StringEquals: 'x' },
            { Variable: '$.n', NumericEquals: 7 },
          ],
        },
        true,
      ],
    ])('a rule %j', async (rule, expected) => {
      const { output } = await fixture.run(
        {
          QueryLanguage: 'JSONPath',
          StartAt: 'Look',
          States: {
            Look: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
            Yes: { Type: 'Pass', Result: true, End: true },
            No: { Type: 'Pass', Result: false, End: true },
          },
        },
        { n: 7, m: 7, s: 'log-1.txt', t: '2026-12-31T22:59:59Z', b: true, z: null },
      );
      expect(output).toBe(expected);
    });

    test('variables, waits, maps, failures and results of tasks', async () => {
      const { status, error, cause, arn } = await fixture.run(
        {
          QueryLanguage: 'JSONPath',
          StartAt: 'Set',
          States: {
            Set: {
              Type: 'Pass',
              Assign: { 'pause.$': '$.pause', 'x.$': 'States.MathAdd($.pause, 1)' },
              Next: 'Wait',
            },
            Wait: { Type: 'Wait', SecondsPath: '$pause', Next: 'Each' },
            Each: {
              Type: 'Map',
              ItemsPath: '$.names',
              ItemSelector: { 'name.$': '$$.Map.Item.Value' },
              Iterator: {
                StartAt: 'Get',
                States: {
                  Get: {
                    Type: 'Task',
                    Resource: 'arn:aws:states:::aws-sdk:ssm:getParameters',
                    Parameters: { 'Names.$': 'States.Array($.name)' },
                    ResultSelector: { 'missing.$': '$.InvalidParameters[0]' },
                    ResultPath: '$.result',
                    OutputPath: '$.result.missing',
                    End: true,
                  },
                },
              },
              ResultPath: '$.missing',
              Next: 'Try',
            },
            Try: {
              ...MISSING,
              Arguments: undefined,
              Parameters: { Name: '/none' },
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }],
              End: true,
            },
            Fail: {
              Type: 'Fail',
              ErrorPath: '$.failure.Error',
              CausePath: "States.Format('{} {} {}', $x, $.missing[0], $.missing[1])",
            },
          },
        },
        { pause: 5, names: ['/a', '/b'] },
        5 * SECOND,
      );
      expect({ status, error, cause }).toEqual({
        status: 'FAILED',
        error: 'Ssm.ParameterNotFoundException',
        cause: '6 /a /b',
      });
      expect(await seconds(arn, 'WaitStateExited')).toEqual([5]);
    });
  });
});
