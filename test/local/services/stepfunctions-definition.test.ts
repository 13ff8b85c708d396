import { CreateStateMachineCommand, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipelineStack } from '../../../lib';
import { StatesFixture } from './stepfunctions-fixture';

const PASS = { Type: 'Pass', End: true };
const SSM = 'arn:aws:states:::aws-sdk:ssm:getParameter';

describe('Definitions of state machines', () => {
  const fixture = new StatesFixture();
  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  const validate = async (definition: unknown) => {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    const { result, diagnostics } = await fixture.sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: text }),
    );
    expect(result).toBe(diagnostics?.length === 0 ? 'OK' : 'FAIL');
    return diagnostics?.map(({ code, message, location }) => [code, location, message]);
  };
  const machine = (states: object, more: object = {}) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States: states,
    ...more,
  });
  const schema = (location: string | undefined, message: unknown) => [
    ['SCHEMA_VALIDATION_FAILED', location, message],
  ];

  test('that are valid have no diagnostics', async () => {
    expect(await validate(machine({ A: PASS }))).toEqual([]);
    expect(await validate({ StartAt: 'A', States: { A: { ...PASS, ResultPath: '$.x' } } })).toEqual([]);
  });

  test('must be JSON objects', async () => {
    expect(await validate('not a definition')).toEqual([
      ['INVALID_JSON_DESCRIPTION', undefined, expect.stringContaining('not a definition')],
    ]);
    expect(await validate('[]')).toEqual(schema(undefined, 'Definition must be a valid JSON object'));
    expect(await validate('{}')).toEqual(schema('/', 'These fields are required: [States, StartAt]'));
  });

  // Wordings of required fields and the query language as LocalStack's tests recorded them from AWS.
  test.each([
    [{ A: { Type: 'Task', End: true } }, '/States/A', 'These fields are required: [Resource]'],
    [{ A: { ...PASS, ResultPath: '$' } }, '/States/A/ResultPath', 'Field is not supported'],
    [
      { A: { ...PASS, QueryLanguage: 'JSONPath' } },
      '/States/A',
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ],
    [{ A: { Type: 'Pass' } }, '/States/A', 'Exactly one of these fields is required: [Next, End]'],
    [
      { A: { Type: 'Loop' } },
      '/States/A/Type',
      expect.stringContaining('Value must be one of the following'),
    ],
    [
      { A: { ...PASS, Output: { x: ['{% $sum( %}'] } } },
      '/States/A/Output/x[0]',
      expect.stringContaining('cannot be parsed'),
    ],
    [
      { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ssm:getNothing', End: true } },
      '/States/A/Resource',
      expect.stringContaining('is not recognized'),
    ],
    [
      { A: { Type: 'Task', Resource: `${SSM}.sync`, End: true } },
      '/States/A/Resource',
      expect.stringContaining('is not recognized'),
    ],
    [
      { A: { Type: 'Task', Resource: SSM, Arguments: { name: 'x' }, End: true } },
      '/States/A/Arguments',
      "The field 'name' is not supported by Step Functions",
    ],
    [
      { A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: {}, End: true } },
      '/States/A/Arguments',
      "The field 'FunctionName' is required but was missing",
    ],
    [
      { A: { Type: 'Task', Resource: SSM, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true } },
      '/States/A/HeartbeatSeconds',
      'HeartbeatSeconds must be smaller than TimeoutSeconds',
    ],
    [
      { A: { Type: 'Task', Resource: SSM, Retry: [{ ErrorEquals: ['States.ALL', 'x'] }], End: true } },
      '/States/A/Retry[0]/ErrorEquals',
      expect.stringContaining("'States.ALL' must appear alone"),
    ],
    [{ A: { ...PASS, Assign: { states: 1 } } }, '/States/A/Assign', "'states' is no name for a variable"],
  ])('%j is refused', async (states, location, message) => {
    expect(await validate(machine(states))).toEqual(schema(location, message));
  });

  test('lead only to states that there are, and reach all', async () => {
    expect(await validate(machine({ A: { Type: 'Pass', Next: 'B' }, C: PASS }))).toEqual([
      ['MISSING_TRANSITION_TARGET', '/States/A/Next', "Missing 'Next' target: B"],
      ['MISSING_TRANSITION_TARGET', '/States/C', 'State "C" is not reachable.'],
    ]);
  });

  test('a branch does not assign a variable of the workflow around it', async () => {
    const branch = { StartAt: 'B', States: { B: { ...PASS, Assign: { x: 2 } } } };
    const states = {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch], End: true },
    };
    expect(await validate(machine(states))).toEqual(
      schema('/States/P/Branches[0]/States/B/Assign', "The variable 'x' is assigned in the workflow around"),
    );
  });

  test('paths, functions and rules of JSONPath states are read', async () => {
    const states = {
      A: { Type: 'Pass', InputPath: 'a', Parameters: { 'x.$': 'States.Nothing()' }, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.x', Equals: 1, Next: 'C' }] },
      C: { Type: 'Succeed' },
    };
    const found = await validate({ StartAt: 'A', States: states });
    expect(found?.map(([, location]) => location)).toEqual([
      '/States/A/InputPath',
      '/States/A/Parameters',
      '/States/B/Choices[0]',
    ]);
  });

  describe('of distributed Map states', () => {
    const CONFIG = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
    const GET_OBJECT = 'arn:aws:states:::s3:getObject';
    const SOURCE = { Bucket: 'b', Key: 'k' };
    const distributed = (fields: object, ProcessorConfig: object = CONFIG, state: object = PASS) =>
      machine({
        A: {
          Type: 'Map',
          ItemProcessor: { ProcessorConfig, StartAt: 'B', States: { B: state } },
          End: true,
          ...fields,
        },
      });
    const reader = (fields: object) => ({
      ItemReader: { Resource: GET_OBJECT, Arguments: SOURCE, ...fields },
    });
    const csv = (fields: object) => reader({ ReaderConfig: { InputType: 'CSV', ...fields } });

    test.each([
      [
        'no execution type',
        distributed({}, { Mode: 'DISTRIBUTED' }),
        'These fields are required: [ExecutionType]',
      ],
      ['an unknown mode', distributed({}, { Mode: 'FAST' }), 'one of the following: [INLINE, DISTRIBUTED]'],
      [
        'a reader inline',
        distributed({ ItemReader: {} }, { Mode: 'INLINE' }),
        'only supported if ProcessorConfig',
      ],
      [
        'another reader',
        distributed({ ItemReader: { Resource: 'arn:aws:states:::s3:x' } }),
        's3:listObjectsV2]',
      ],
      ['a reader without Key', distributed(reader({ Arguments: { Bucket: 'b' } })), 'are required: [Key]'],
      ['no input type', distributed(reader({})), 'one of the following: [CSV, JSON, JSONL]'],
      ['no place of the headers', distributed(csv({})), 'one of the following: [FIRST_ROW, GIVEN]'],
      ['no headers', distributed(csv({ CSVHeaderLocation: 'GIVEN' })), 'CSVHeaders must be given'],
      [
        'no limit of a batch',
        distributed({ ItemBatcher: { BatchInput: {} } }),
        'At least one of these fields',
      ],
      [
        'a batch of no items',
        distributed({ ItemBatcher: { MaxItemsPerBatch: 0 } }),
        'a number of at least 1',
      ],
      ['half an item', distributed({ ToleratedFailureCount: 0.5 }), 'a number of at least 0'],
      ['more than all items', distributed({ ToleratedFailurePercentage: 101 }), 'a number from 0 to 100'],
      ['an empty writer', distributed({ ResultWriter: {} }), 'At least one of these fields'],
      [
        'another transformation',
        distributed({ ResultWriter: { WriterConfig: { Transformation: 'ZIP' } } }),
        'one of the following: [NONE, COMPACT, FLATTEN]',
      ],
      // Labels: LocalStack recorded the words on AWS.
      ['no label', distributed({ Label: '' }), 'Label cannot be empty'],
      ['a long label', distributed({ Label: 'x'.repeat(41) }), 'Label cannot exceed 40 characters'],
      ['a label with a slash', distributed({ Label: 'a|b' }), "Label contains invalid character: '|'"],
      [
        'an EXPRESS child that waits for a job',
        distributed(
          {},
          { ...CONFIG, ExecutionType: 'EXPRESS' },
          {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution.sync',
            Arguments: { StateMachineArn: 'x' },
            End: true,
          },
        ),
        "do not support the '.sync' service integration pattern",
      ],
    ])('%s is refused', async (_what, definition, words) => {
      const found = (await validate(definition)) ?? [];
      expect(found.map(([, , message]) => message).join()).toContain(words);
    });

    test.each([
      ['MANIFEST files', distributed(reader({ ReaderConfig: { InputType: 'MANIFEST' } }))],
      ['PARQUET files', distributed(reader({ ReaderConfig: { InputType: 'PARQUET' } }))],
      ['Transformation of ReaderConfig', distributed(csv({ Transformation: 'LOAD_AND_FLATTEN' }))],
      [
        'the field ExpectedBucketOwner',
        distributed(reader({ Arguments: { ...SOURCE, ExpectedBucketOwner: '1' } })),
      ],
      ['Items or ItemsPath beside ItemReader', distributed({ Items: [1], ...reader({}) })],
    ])('%s are named as what the local cloud does not have', async (what, definition) => {
      const found = (await validate(definition)) ?? [];
      expect(found[0]).toEqual([
        'NOT_IMPLEMENTED_BY_LOCAL_CLOUD',
        expect.stringContaining('/States/A/'),
        `the local cloud does not implement ${what}`,
      ]);
    });

    test('a child sees no variables of the machine', async () => {
      const definition = distributed({}, CONFIG, { ...PASS, Assign: { x: 1 } });
      const outer = {
        ...definition,
        States: { ...definition.States, Z: { Type: 'Pass', Assign: { x: 2 }, Next: 'A' } },
        StartAt: 'Z',
      };
      expect(await validate(outer)).toEqual([]);
    });
  });

  test('what the local cloud does not have is named', async () => {
    await expect(
      fixture.create({
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ssm:listCommands', End: true } },
      }),
    ).rejects.toThrow(
      'the local cloud does not implement ssm:ListCommands, which arn:aws:states:::aws-sdk:ssm:listCommands calls',
    );
  });

  test('a machine with a wrong one is not made', async () => {
    const definition = JSON.stringify(machine({ A: { Type: 'Pass', Next: 'B' } }));
    await expect(
      fixture.sfn.send(
        new CreateStateMachineCommand({
          name: 'm',
          roleArn: 'arn:aws:iam::000000000000:role/machine',
          definition,
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message:
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next'",
    });
  });

  test("of a model pipeline's five workflows are valid, and everything that they call is there", async () => {
    const stack = new ModelPipelineStack(new App(), 'Stack', {
      pipeline: {
        training: { source: 'examples/flights/source' },
        data: { label: 'late' },
        monitoring: { parallelProfiling: {} },
      },
    });
    const machines = Object.values(
      Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'),
    );
    expect(machines).toHaveLength(5);
    for (const { Properties } of machines) {
      const definition = JSON.parse(text(Properties.DefinitionString));
      expect(await validate(definition)).toEqual([]);
      await fixture.create(definition);
    }
  });
});

/** The text of a property, with something like an ARN for what is known only at deployment. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, Ref } = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  if (join) return join[1].map(text).join('');
  return Ref === 'AWS::Partition' ? 'aws' : 'arn:aws:x:us-east-1:000000000000:y';
}
