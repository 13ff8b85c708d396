import { StatesFixture } from './stepfunctions-fixture';

describe('JSONata in Step Functions', () => {
  const fixture = new StatesFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  const evaluate = async (expression: string, input: unknown = {}) => {
    const { output, cause } = await fixture.runState({ Type: 'Pass', Output: `{% ${expression} %}` }, input);
    return cause ?? output;
  };

  // Arguments and results from "Transforming data with JSONata" and "Intrinsic functions" of the developer
  // guide.
  test.each([
    ['$partition([1,2,3,4,5,6,7,8,9], 4)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(0, 10, 2)', [0, 2, 4, 6, 8, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$parse(\'{"foo": "bar"}\')', { foo: 'bar' }],
    ["$length('abc') + $sum([1, 2, 3])", 9],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  test('the same seed gives the same random number, and UUIDs are of version 4', async () => {
    const [one, other, seeded, again, uuid] = (await evaluate(
      '[$random(), $random(), $random(7), $random(7), $uuid()]',
    )) as [number, number, number, number, string];
    for (const number of [one, other, seeded]) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
    }
    expect(one).not.toBe(other);
    expect(seeded).toBe(again);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("the time is the cloud's", async () => {
    const now = fixture.cloud.clock.date();
    expect(await evaluate('[$now(), $millis(), $now("[Y0001]")]')).toEqual([
      now.toISOString(),
      now.getTime(),
      String(now.getUTCFullYear()),
    ]);
  });

  test('expressions stand anywhere in JSON', async () => {
    const Output = {
      'a b': ['{% $states.input.x %}', 'text {% %}', { deep: '{% [$states.input.x] %}' }],
      n: null,
    };
    expect((await fixture.runState({ Type: 'Pass', Output }, { x: 3 })).output).toEqual({
      'a b': [3, 'text {% %}', { deep: [3] }],
      n: null,
    });
  });

  test('$states.context tells of the execution and the state', async () => {
    const { arn, output } = await fixture.runState(
      { Type: 'Pass', Output: '{% $states.context %}' },
      { x: 1 },
    );
    const now = fixture.cloud.clock.date().toISOString();
    expect(output).toEqual({
      Execution: {
        Id: arn,
        Input: { x: 1 },
        Name: arn.split(':').pop(),
        RoleArn: 'arn:aws:iam::000000000000:role/machine',
        StartTime: now,
        RedriveCount: 0,
      },
      State: { Name: 'It', EnteredTime: now },
      StateMachine: expect.objectContaining({ Id: expect.stringMatching(/:stateMachine:machine-\d+$/) }),
    });
  });

  test.each([
    ['$doesNotExist', 'returned nothing (undefined).'],
    ["$eval('1')", 'threw an error during evaluation. T1006: '],
    ['function($x) { $x }', 'returned an unsupported result type.'],
    ['$sum', 'returned an unsupported result type.'],
    ['1 + "a"', 'threw an error during evaluation. T2002: '],
    ['unqualified', 'returned nothing (undefined).'],
  ])('%s fails the state', async (expression, what) => {
    const { arn, status, error, cause } = await fixture.runState({
      Type: 'Pass',
      Output: { x: `{% ${expression} %}` },
    });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(cause).toContain(
      `An error occurred while executing the state 'It' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output/x' ${what}`,
    );
    const event = (await fixture.history(arn)).find(({ type }) => type === 'EvaluationFailed');
    expect(event?.evaluationFailedEventDetails).toMatchObject({ location: 'Output/x', state: 'It' });
  });

  test('what a field does not take is an error', async () => {
    const { error, cause } = await fixture.runState({
      Type: 'Map',
      Items: '{% 1 %}',
      ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } },
    });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    );
  });

  test('variables are assigned together, and read by all later states', async () => {
    const { output } = await fixture.run(
      {
        StartAt: 'First',
        States: {
          First: { Type: 'Pass', Assign: { a: 1, b: '{% $states.input.b %}' }, Output: 'x', Next: 'Swap' },
          Swap: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Output: '{% $a %}', Next: 'Read' },
          Read: { Type: 'Pass', Output: ['{% $a %}', '{% $b %}', '{% $states.input %}'], End: true },
        },
      },
      { b: 2 },
    );
    expect(output).toEqual([2, 1, 1]);
  });

  test('a branch sees the variables around it, and keeps its own', async () => {
    const branch = (name: string) => ({
      StartAt: `Set${name}`,
      States: {
        [`Set${name}`]: { Type: 'Pass', Assign: { own: `{% $outer & '${name}' %}` }, Next: `Get${name}` },
        [`Get${name}`]: { Type: 'Pass', Output: '{% $own %}', End: true },
      },
    });
    const { output } = await fixture.run({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches: [branch('A'), branch('B')],
          Output: ['{% $states.result %}', '{% $exists($own) %}'],
          End: true,
        },
      },
    });
    expect(output).toEqual([['oA', 'oB'], false]);
  });
});
