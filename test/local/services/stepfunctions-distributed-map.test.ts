import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { SECOND } from './service-fixture';
import { ACCOUNT, StatesFixture, type TestExecution } from './stepfunctions-fixture';

const BUCKET = 'items';
const STATES = `arn:aws:states:us-east-1:${ACCOUNT}`;
const ITEM = { Type: 'Pass', End: true };

/** A distributed Map state, by default of STANDARD children that hand on their input. */
function map(fields: object, state: object = ITEM, ExecutionType = 'STANDARD') {
  return {
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
      StartAt: 'Item',
      States: { Item: state },
    },
    ...fields,
  };
}

function reader(ReaderConfig: object, Key: string, more: object = {}) {
  return {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig,
    Arguments: { Bucket: BUCKET, Key, ...more },
  };
}

/** Fails for an item that says so. */
const PICKY = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameter',
  Arguments: { Name: '{% $states.input.fail ? "/missing" : $error("kept") %}' },
  Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Good' }],
  End: true,
};

function pickyMap(fields: object) {
  return {
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Item',
      States: { Item: PICKY, Good: { Type: 'Pass', Output: 'good', End: true } },
    },
    ...fields,
  };
}

describe('distributed Map states', () => {
  const fixture = new StatesFixture();
  let s3: S3Client;
  beforeAll(async () => {
    await fixture.start();
    s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await put('rows.csv', 'id,name\n1,"Ann, A."\n2\n3,C,beyond\n');
    await put('rows.jsonl', '{"id":1}\n{"id":2}\n\n{"id":3}\n');
    await put('rows.json', '{"all":{"rows":[{"id":1},{"id":2}]}}');
    await put('list/a.txt', 'a');
    await put('list/b.txt', 'bb');
  });
  afterAll(() => fixture.stop());

  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

  async function read(Key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return (await Body?.transformToString()) ?? '';
  }

  async function mapRunOf({ arn }: TestExecution) {
    const { mapRuns } = await fixture.sfn.send(new ListMapRunsCommand({ executionArn: arn }));
    const mapRunArn = mapRuns?.[0]?.mapRunArn;
    return fixture.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  }

  test('a child execution of its own processes each item', async () => {
    const execution = await fixture.runState(map({ Items: '{% $states.input %}', Label: 'Each' }), [
      'a',
      'b',
    ]);
    expect(execution.output).toEqual(['a', 'b']);
    expect(await fixture.eventTypes(execution.arn)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    const run = await mapRunOf(execution);
    const [, , , , , , machine = ''] = execution.arn.split(':');
    expect(run.mapRunArn).toMatch(new RegExp(`^${STATES}:mapRun:${machine}/Each:[0-9a-f-]{36}$`));
    const counts = { succeeded: 2, total: 2, resultsWritten: 2, failed: 0, running: 0, pending: 0 };
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      executionArn: execution.arn,
      maxConcurrency: 10_000,
      toleratedFailureCount: 0,
      executionCounts: counts,
      itemCounts: counts,
    });
    const { executions = [] } = await fixture.sfn.send(
      new ListExecutionsCommand({ mapRunArn: run.mapRunArn }),
    );
    expect(executions).toHaveLength(2);
    expect(executions[0]).toMatchObject({
      stateMachineArn: `${STATES}:stateMachine:${machine}/Each`,
      mapRunArn: run.mapRunArn,
      itemCount: 1,
      status: 'SUCCEEDED',
    });
    const { executionArn = '' } = executions[0] ?? {};
    expect(executionArn).toMatch(new RegExp(`^${STATES}:execution:${machine}/Each:[0-9a-f-]{36}$`));
    expect(await fixture.eventTypes(executionArn)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(await fixture.sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      mapRunArn: run.mapRunArn,
    });
    expect(
      await fixture.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
    ).toMatchObject({ label: 'Each', mapRunArn: run.mapRunArn });
    const ofMachine = await fixture.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: `${STATES}:stateMachine:${machine}` }),
    );
    expect(ofMachine.executions?.map((listed) => listed.executionArn)).toEqual([execution.arn]);
  });

  test('the context object of a child execution is its own', async () => {
    const Output = '{% $states.context.{"id": Execution.Id, "machine": StateMachine.Name} %}';
    const { arn, output } = await fixture.runState(map({ Label: 'Own' }, { ...ITEM, Output }), [1]);
    const [, , , , , , machine] = arn.split(':');
    expect(output).toEqual([
      { id: expect.stringContaining(`:execution:${machine}/Own:`), machine: `${machine}/Own` },
    ]);
  });

  test('a state without Label has the same generated one at each run', async () => {
    const machine = await fixture.create({ StartAt: 'It', States: { It: { ...map({}), End: true } } });
    const labels = [];
    for (let run = 0; run < 2; run++) {
      const arn = await fixture.startExecution(machine, []);
      await fixture.advance(0);
      labels.push((await mapRunOf({ arn } as TestExecution)).mapRunArn?.split(/[/:]/).at(-2));
    }
    expect(labels[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(labels[1]).toBe(labels[0]);
  });

  test('EXPRESS children are neither listed nor described', async () => {
    const Output = '{% $states.context.Execution.Id %}';
    const execution = await fixture.runState(map({}, { ...ITEM, Output }, 'EXPRESS'), [1]);
    const [child] = execution.output as string[];
    expect(child).toContain(`${STATES}:express:`);
    const run = await mapRunOf(execution);
    expect(run.executionCounts).toMatchObject({ succeeded: 1, total: 1 });
    const { executions } = await fixture.sfn.send(new ListExecutionsCommand({ mapRunArn: run.mapRunArn }));
    expect(executions).toEqual([]);
    await expect(
      fixture.sfn.send(new DescribeExecutionCommand({ executionArn: child })),
    ).rejects.toMatchObject({ name: 'InvalidArn' });
  });

  test('an EXPRESS child times out after five minutes', async () => {
    const execution = await fixture.runState(
      map({ ToleratedFailurePercentage: 100 }, { Type: 'Wait', Seconds: 301, End: true }, 'EXPRESS'),
      [1],
      300 * SECOND,
    );
    expect(execution.output).toEqual([expect.objectContaining({ Status: 'TIMED_OUT' })]);
    expect((await mapRunOf(execution)).itemCounts).toMatchObject({ timedOut: 1 });
  });

  describe('ItemReader', () => {
    // Missing cells are empty and further ones dropped, as LocalStack recorded on AWS.
    test.each([
      [
        'CSV with a header row',
        reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, 'rows.csv'),
        [
          { id: '1', name: 'Ann, A.' },
          { id: '2', name: '' },
          { id: '3', name: 'C' },
        ],
      ],
      [
        'CSV with given headers',
        reader({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'], MaxItems: 2 }, 'rows.csv'),
        [{ x: 'id' }, { x: '1' }],
      ],
      ['JSON lines', reader({ InputType: 'JSONL' }, 'rows.jsonl'), [{ id: 1 }, { id: 2 }, { id: 3 }]],
      [
        'an array inside a JSON file',
        reader({ InputType: 'JSON', ItemsPointer: '/all/rows', MaxItems: '{% 1 %}' }, 'rows.json'),
        [{ id: 1 }],
      ],
    ])('reads %s', async (_what, ItemReader, items) => {
      const { output, cause } = await fixture.runState(map({ ItemReader }), {});
      expect({ output, cause }).toEqual({ output: items, cause: undefined });
    });

    test('lists objects', async () => {
      const ItemReader = {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Arguments: { Bucket: BUCKET, Prefix: 'list/' },
      };
      const { output } = await fixture.runState(map({ ItemReader }), {});
      expect(output).toEqual([
        {
          Etag: '"0cc175b9c0f1b6a831c399e269772661"',
          Key: 'list/a.txt',
          LastModified: expect.any(Number),
          Size: 1,
          StorageClass: 'STANDARD',
        },
        expect.objectContaining({ Key: 'list/b.txt', Size: 2 }),
      ]);
    });

    // Causes as LocalStack recorded on AWS.
    test.each([
      [
        reader({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x', 'x'] }, 'rows.csv'),
        'CSV headers cannot contain duplicates.',
      ],
      [reader({ InputType: 'JSON' }, 'rows.json'), 'Attempting to map over non-iterable node.'],
      [reader({ InputType: 'JSONL', MaxItems: '{% -1 %}' }, 'rows.jsonl'), 'field MaxItems must be positive'],
      [reader({ InputType: 'JSONL' }, 'missing'), 'The specified key does not exist.'],
    ])('that cannot read %j fails the Map Run', async (ItemReader, reason) => {
      const execution = await fixture.runState(map({ ItemReader }), {});
      expect(execution).toMatchObject({ error: 'States.ItemReaderFailed', cause: reason });
      expect((await fixture.eventTypes(execution.arn)).slice(3)).toEqual([
        'MapRunStarted',
        'MapRunFailed',
        'MapStateFailed',
        'ExecutionFailed',
      ]);
      expect(await mapRunOf(execution)).toMatchObject({ status: 'FAILED' });
    });
  });

  describe('ItemBatcher', () => {
    test('puts items into batches, after ItemSelector', async () => {
      const { output } = await fixture.runState(
        map({
          ItemReader: reader({ InputType: 'JSONL' }, 'rows.jsonl'),
          ItemSelector: {
            id: '{% $states.context.Map.Item.Value.id %}',
            at: '{% $states.context.Map.Item.Index %}',
          },
          ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.input.run %}' } },
        }),
        { run: 7 },
      );
      expect(output).toEqual([
        {
          BatchInput: { run: 7 },
          Items: [
            { id: 1, at: 0 },
            { id: 2, at: 1 },
          ],
        },
        { BatchInput: { run: 7 }, Items: [{ id: 3, at: 2 }] },
      ]);
    });

    test('counts items, not batches, in itemCounts', async () => {
      const execution = await fixture.runState(map({ ItemBatcher: { MaxItemsPerBatch: 2 } }), [1, 2, 3]);
      const { executionCounts, itemCounts } = await mapRunOf(execution);
      expect([executionCounts?.succeeded, itemCounts?.succeeded]).toEqual([2, 3]);
    });

    test('keeps the input of a batch below MaxInputBytesPerBatch', async () => {
      const items = ['aaaa', 'bbbb', 'cccc'];
      const MaxInputBytesPerBatch = '{"Items":["aaaa","bbbb"]}'.length;
      const { output } = await fixture.runState(map({ ItemBatcher: { MaxInputBytesPerBatch } }), items);
      expect(output).toEqual([{ Items: ['aaaa', 'bbbb'] }, { Items: ['cccc'] }]);
      const tooLarge = await fixture.runState(map({ ItemBatcher: { MaxInputBytesPerBatch: 15 } }), items);
      expect(tooLarge.error).toBe('States.DataLimitExceeded');
    });
  });

  test('JSONPath fields are read by path', async () => {
    const { output, cause } = await fixture.run(
      {
        QueryLanguage: 'JSONPath',
        StartAt: 'Each',
        States: {
          Each: map({
            ItemReader: {
              Resource: 'arn:aws:states:::s3:getObject',
              ReaderConfig: { InputType: 'JSONL', MaxItemsPath: '$.most' },
              Parameters: { Bucket: BUCKET, 'Key.$': '$.key' },
            },
            ItemSelector: { 'id.$': '$$.Map.Item.Value.id' },
            ItemBatcher: { MaxItemsPerBatchPath: '$.batch', BatchInput: { 'key.$': '$.key' } },
            ToleratedFailureCountPath: '$.tolerated',
            End: true,
          }),
        },
      },
      { key: 'rows.jsonl', most: 2, batch: 5, tolerated: 0 },
    );
    expect({ output, cause }).toEqual({
      output: [{ BatchInput: { key: 'rows.jsonl' }, Items: [{ id: 1 }, { id: 2 }] }],
      cause: undefined,
    });
  });

  describe('tolerated failures', () => {
    const ITEMS = [{ fail: true }, {}, { fail: true }, {}];

    test.each([
      ['none by default', {}, 'States.ExceedToleratedFailureThreshold'],
      ['a count that is exceeded', { ToleratedFailureCount: 1 }, 'States.ExceedToleratedFailureThreshold'],
      ['a count that is reached', { ToleratedFailureCount: 2 }, undefined],
      [
        'a percentage that is exceeded',
        { ToleratedFailurePercentage: 49.9 },
        'States.ExceedToleratedFailureThreshold',
      ],
      ['a percentage that is reached', { ToleratedFailurePercentage: '{% 50 %}' }, undefined],
    ])('%s', async (_what, tolerance, error) => {
      const execution = await fixture.runState(pickyMap({ ...tolerance, MaxConcurrency: 1 }), ITEMS);
      expect(execution.error).toBe(error);
      if (error) return;
      const failed = expect.objectContaining({ Status: 'FAILED', Error: 'Ssm.ParameterNotFoundException' });
      expect(execution.output).toEqual([failed, 'good', failed, 'good']);
    });

    test('a threshold that is exceeded stops the children that run, and starts no more', async () => {
      const state = {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Item',
          States: {
            Item: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Bad' },
            Bad: { Type: 'Fail', Error: 'Bad' },
          },
        },
      };
      const items = [{ seconds: 100 }, { seconds: 1 }, { seconds: 1 }];
      const execution = await fixture.runState(state, items, SECOND);
      expect(execution).toMatchObject({
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
      const { executionCounts, status } = await mapRunOf(execution);
      expect(status).toBe('FAILED');
      expect(executionCounts).toMatchObject({ failed: 1, aborted: 1, pending: 1, total: 3 });
    });

    // As LocalStack recorded on AWS.
    test.each([
      ['Count', -1, 'ToleratedFailureCount cannot be negative.'],
      ['Percentage', 100.1, 'ToleratedFailurePercentage must be between 0 and 100.'],
      ['Count', 'No', 'field refers to value "No" which is not a valid integer: $.given'],
      ['Percentage', {}, 'field refers to value "{}" which is not a valid float: $.given'],
    ])('%s %j is out of range', async (kind, given, reason) => {
      const { error, cause } = await fixture.run(
        {
          QueryLanguage: 'JSONPath',
          StartAt: 'Each',
          States: {
            Each: map({ ItemsPath: '$.items', [`ToleratedFailure${kind}Path`]: '$.given', End: true }),
          },
        },
        { items: [0], given },
      );
      expect(error).toBe('States.Runtime');
      expect(cause).toContain(reason);
    });
  });

  describe('ResultWriter', () => {
    const writer = (WriterConfig?: object) => ({
      Resource: 'arn:aws:states:::s3:putObject',
      Arguments: { Bucket: BUCKET, Prefix: 'results' },
      ...(WriterConfig && { WriterConfig }),
    });

    test('writes a manifest, and a file for each kind of end', async () => {
      const { arn, output } = await fixture.runState(
        pickyMap({ ResultWriter: writer(), ToleratedFailureCount: 1 }),
        [{ fail: true }, {}],
      );
      const { mapRunArn = '' } = await mapRunOf({ arn } as TestExecution);
      const folder = `results/${mapRunArn.split(':').pop()}`;
      expect(output).toEqual({
        MapRunArn: mapRunArn,
        ResultWriterDetails: { Bucket: BUCKET, Key: `${folder}/manifest.json` },
      });
      const succeeded = await read(`${folder}/SUCCEEDED_0.json`);
      expect(JSON.parse(await read(`${folder}/manifest.json`))).toEqual({
        DestinationBucket: BUCKET,
        MapRunArn: mapRunArn,
        ResultFiles: {
          FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) }],
          PENDING: [],
          SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: succeeded.length }],
        },
      });
      expect(JSON.parse(succeeded)).toEqual([
        {
          ExecutionArn: expect.stringContaining(':execution:'),
          Input: '{}',
          InputDetails: { Included: true },
          Name: expect.any(String),
          Output: '"good"',
          OutputDetails: { Included: true },
          RedriveCount: 0,
          RedriveStatus: 'NOT_REDRIVABLE',
          RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
          StartDate: expect.stringMatching(/^\d{4}-.*Z$/),
          StateMachineArn: expect.stringContaining(':stateMachine:'),
          Status: 'SUCCEEDED',
          StopDate: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ]);
      expect(JSON.parse(await read(`${folder}/FAILED_0.json`))).toEqual([
        expect.objectContaining({ Status: 'FAILED', Error: 'Ssm.ParameterNotFoundException' }),
      ]);
    });

    test('writes JSON lines of flattened outputs', async () => {
      const config = { Transformation: 'FLATTEN', OutputType: 'JSONL' };
      const { output } = await fixture.runState(map({ ResultWriter: writer(config) }), [[1, 2], [3], 4]);
      const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
      expect(await read(Key.replace('manifest.json', 'SUCCEEDED_0.jsonl'))).toBe('1\n2\n3\n4');
    });

    test('with WriterConfig alone formats the output of the state', async () => {
      const ResultWriter = { WriterConfig: { Transformation: 'FLATTEN' } };
      const { output } = await fixture.runState(map({ ResultWriter }), [[1, 2], [3]]);
      expect(output).toEqual([1, 2, 3]);
    });

    test('tells of children that a failed run did not start', async () => {
      const Prefix = 'failed';
      const ResultWriter = { ...writer(), Arguments: { Bucket: BUCKET, Prefix } };
      await fixture.runState(pickyMap({ ResultWriter, MaxConcurrency: 1 }), [{ fail: true }, { later: 1 }]);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
      const keys = Contents.map(({ Key = '' }) => Key);
      expect(keys.map((key) => key.split('/').pop())).toEqual([
        'FAILED_0.json',
        'PENDING_0.json',
        'manifest.json',
      ]);
      expect(JSON.parse(await read(keys[1] ?? ''))).toEqual([
        expect.objectContaining({ Input: '{"later":1}', Status: 'PENDING' }),
      ]);
    });
  });

  test('no more children run at once than MaxConcurrency, which may be changed meanwhile', async () => {
    const state = map({ MaxConcurrency: 1 }, { Type: 'Wait', Seconds: 10, End: true });
    const machine = await fixture.create({ StartAt: 'It', States: { It: { ...state, End: true } } });
    const arn = await fixture.startExecution(machine, [1, 2, 3]);
    await fixture.advance(0);
    const before = await mapRunOf({ arn } as TestExecution);
    expect(before.executionCounts).toMatchObject({ running: 1, pending: 2 });
    await fixture.sfn.send(new UpdateMapRunCommand({ mapRunArn: before.mapRunArn, maxConcurrency: 3 }));
    expect((await mapRunOf({ arn } as TestExecution)).executionCounts).toMatchObject({ running: 3 });
    await fixture.advance(10 * SECOND);
    expect((await fixture.describe(arn)).output).toEqual([1, 2, 3]);
    await expect(
      fixture.sfn.send(new UpdateMapRunCommand({ mapRunArn: before.mapRunArn, maxConcurrency: 1 })),
    ).rejects.toThrow('Map Run is SUCCEEDED and cannot be updated');
  });

  test('stopping the execution stops its children', async () => {
    const state = map({}, { Type: 'Wait', Seconds: 10, End: true });
    const machine = await fixture.create({ StartAt: 'It', States: { It: { ...state, End: true } } });
    const arn = await fixture.startExecution(machine, [1]);
    await fixture.advance(0);
    await fixture.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    const run = await mapRunOf({ arn } as TestExecution);
    expect(run).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 1, running: 0 } });
    expect((await fixture.eventTypes(arn)).slice(-3)).toEqual([
      'MapRunAborted',
      'MapStateAborted',
      'ExecutionAborted',
    ]);
  });

  describe('rights', () => {
    const start = { Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' };
    const executions = {
      Effect: 'Allow',
      Action: ['states:DescribeExecution', 'states:StopExecution'],
      Resource: `${STATES}:execution:rights-*:*`,
    };
    const readRows = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${BUCKET}/rows.jsonl`,
    };
    const write = (...actions: string[]) => ({
      Effect: 'Allow',
      Action: actions.map((action) => `s3:${action}`),
      Resource: `arn:aws:s3:::${BUCKET}/results/*`,
    });
    const writeAll = write('PutObject', 'GetObject', 'ListMultipartUploadParts', 'AbortMultipartUpload');

    test.each([
      ['all that it needs', [start, executions, readRows, writeAll], undefined],
      ['no right to start itself', [executions, readRows, writeAll], 'States.Permissions'],
      ['no right to describe its children', [start, readRows, writeAll], 'States.Permissions'],
      ['no right to read', [start, executions, writeAll], 'States.ItemReaderFailed'],
      [
        'no right to write in parts',
        [start, executions, readRows, write('PutObject')],
        'States.ResultWriterFailed',
      ],
    ])('a role with %s', async (what, statements, error) => {
      const name = `rights-${what.replaceAll(' ', '-')}`;
      const roleArn = await fixture.role(name, statements);
      const state = map({
        ItemReader: reader({ InputType: 'JSONL' }, 'rows.jsonl'),
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Arguments: { Bucket: BUCKET, Prefix: 'results' },
        },
        End: true,
      });
      const machine = await fixture.create({ StartAt: 'It', States: { It: state } }, { name, roleArn });
      const arn = await fixture.startExecution(machine);
      await fixture.advance(0);
      expect((await fixture.describe(arn)).error).toBe(error);
    });
  });

  test('a distributed Map state inside a child has its own Map Run', async () => {
    const inner = map({ Label: 'Inner', End: true }, { ...ITEM, Output: '{% $states.input * 2 %}' });
    const outer = {
      Type: 'Map',
      Label: 'Outer',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Rows',
        States: { Rows: inner },
      },
    };
    const { output } = await fixture.runState(outer, [[1, 2], [3]]);
    expect(output).toEqual([[2, 4], [6]]);
  });
});
