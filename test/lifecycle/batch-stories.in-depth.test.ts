import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type App, CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { BatchManifest } from '../../contracts/batch';
import { BatchEngine, BatchInput, BatchOutput, BatchSink, type ModelPipelineStack } from '../../lib';
import { runCli } from '../bin/cli';
import type { CloudProcess } from './cloud-process';
import { customers } from './customers';
import { CUSTOMERS, customersStack, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { drainQueue } from './drain-queue';

jest.setTimeout(600_000);

const ROWS = 60_000;
const MINUTE = 60_000;

describe('a batch of a pipeline that a function serves', () => {
  const pipeline = new DeployedPipeline();
  const rows = customers({ count: ROWS, seed: 9 });

  beforeAll(async () => {
    await pipeline.startWithVersion();
    expect(await pipeline.cdk.deploy(withBatch)).toMatchObject({ code: 0 });
  }, 600_000);

  afterAll(() => pipeline.stop());

  /** The usual pipeline, and a batch of all files below `customers/`, every night. */
  function withBatch(app: App): void {
    customersStack({})(app);
    const { pipeline } = app.node.findChild(CUSTOMERS.stack) as ModelPipelineStack;
    pipeline.addBatchInference('Nightly', {
      input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
      output: BatchOutput.csv({ columns: ['customer'] }),
      engine: BatchEngine.lambda({ partSize: Size.mebibytes(1), maxConcurrency: 4 }),
      schedule: Schedule.cron({ hour: '2', minute: '0' }),
    });
    pipeline.addBatchInference('Weekly', {
      input: BatchInput.fromBucket(pipeline.bucket, 'some-customers/'),
      output: BatchOutput.jsonLines({ columns: ['customer'] }),
      engine: BatchEngine.transform(),
      onNewFiles: true,
    });
    const stack = Stack.of(pipeline);
    const scores = new Table(stack, 'Scores', {
      partitionKey: { name: 'customer', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const queue = new Queue(stack, 'ScoredCustomers');
    pipeline.addBatchInference('Delivered', {
      input: BatchInput.fromBucket(pipeline.bucket, 'delivered-customers/'),
      output: BatchOutput.csv({ columns: ['customer'] }),
      sinks: [BatchSink.dynamoDb(scores, { keyColumn: 'customer' }), BatchSink.sqs(queue)],
    });
    new CfnOutput(stack, 'ScoresTable', { value: scores.tableName });
    new CfnOutput(stack, 'ScoredQueue', { value: queue.queueUrl });
  }

  async function resources(batch = 'nightly'): Promise<{ readonly stateMachine: string }> {
    const Name = `/model-pipeline/${PIPELINE}/batch/${batch}`;
    const { Parameter } = await pipeline.ssm.send(new GetParameterCommand({ Name }));
    return JSON.parse(Parameter?.Value as string) as { readonly stateMachine: string };
  }

  async function put(key: string, lines: readonly string[]): Promise<void> {
    const Body = `${lines.join('\n')}\n`;
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.resources.bucket, Key: key, Body }));
  }

  async function manifestOf(run: string, batch = 'nightly'): Promise<BatchManifest> {
    return JSON.parse(await pipeline.read(`batch/${batch}/${run}/manifest.json`)) as BatchManifest;
  }

  test('scores every row once, as the function answers them, and keeps the others with their reasons', async () => {
    const { stateMachine: stateMachineArn } = await resources();
    const lines = rows.map((row, index) => [`c${index}`, ...row].join(','));
    await put('customers/all.csv', ['customer,complaints,price,shoe_size', ...lines, 'bad,x,1,2']);
    const { executionArn } = await pipeline.sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'first' }),
    );
    const { status, output } = await pipeline.follow(executionArn as string);
    expect({ status, output }).toMatchObject({
      status: 'SUCCEEDED',
      output: { run: 'first', modelVersion: '1.0.0', rows: ROWS, failedRows: 1 },
    });
    const manifest = await manifestOf('first');
    expect(manifest.parts.length).toBeGreaterThan(1);
    const scored = (await Promise.all(manifest.parts.map(({ key }) => pipeline.read(key)))).flatMap((text) =>
      text.trimEnd().split('\n').slice(1),
    );
    expect(scored.map((line) => line.split(',')[1])).toEqual(rows.map((_, index) => `c${index}`));
    for (const index of [0, 1234, ROWS - 1]) {
      const [rowId, , prediction, modelVersion] = (scored[index] as string).split(',');
      const { predictions } = await pipeline.askFunction('any', rows[index]);
      expect([rowId, modelVersion]).toEqual([`customers/all.csv:${index + 2}`, '1.0.0']);
      expect(Number(prediction)).toBe(predictions[0]);
    }
    const failed = manifest.parts.flatMap(({ errors }) => errors?.key ?? []);
    expect(JSON.parse(await pipeline.read(failed[0] as string))).toMatchObject({
      rowId: `customers/all.csv:${ROWS + 2}`,
      customer: 'bad',
      reason: "column 'complaints' is 'x', but the function takes numbers only",
    });
  });

  test('rows reach a table that was down for an hour, and a queue', async () => {
    const { stateMachine: stateMachineArn } = await resources('delivered');
    const lines = rows.slice(0, 50).map((row, index) => [`c${index}`, ...row].join(','));
    await put('delivered-customers/some.csv', ['customer,complaints,price,shoe_size', ...lines]);
    const cloud = pipeline.cloud as CloudProcess;
    await cloud.injectFaults('rate=1,kinds=throttling,services=dynamodb');
    const { executionArn } = await pipeline.sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'outage' }),
    );
    for (let minute = 0; minute < 60; minute += 10) await pipeline.pass(10 * MINUTE);
    const { status } = await pipeline.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(status).toBe('RUNNING');
    await cloud.injectFaults(null);
    expect(await pipeline.follow(executionArn as string)).toMatchObject({
      status: 'SUCCEEDED',
      output: {
        sinks: { dynamodb: { rows: 50, refusedRows: 0 }, sqs: { rows: 50, refusedRows: 0 } },
      },
    });
    const { Stacks: [stack] = [] } = await new CloudFormationClient(pipeline.config()).send(
      new DescribeStacksCommand({ StackName: CUSTOMERS.stack }),
    );
    const outputOf = (key: string) => stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    const { Items = [] } = await new DynamoDBClient(pipeline.config()).send(
      new ScanCommand({ TableName: outputOf('ScoresTable') }),
    );
    const customersOf = (found: readonly (string | undefined)[]) => [...found].sort();
    const expected = customersOf(lines.map((line) => line.split(',')[0]));
    expect(customersOf(Items.map(({ customer }) => customer?.S))).toEqual(expected);
    const messages = await drainQueue<{ readonly row: { readonly customer: string } }>(
      new SQSClient(pipeline.config()),
      outputOf('ScoredQueue') as string,
    );
    expect(customersOf(messages.map(({ row }) => row.customer))).toEqual(expected);
  });

  test('a run that was stopped goes on when it is started again by its name', async () => {
    const { stateMachine: stateMachineArn } = await resources();
    const { executionArn } = await pipeline.sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'second' }),
    );
    await pipeline.sfn.send(new StopExecutionCommand({ executionArn }));
    const again = await pipeline.sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ run: 'second' }) }),
    );
    expect(await pipeline.follow(again.executionArn as string)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await manifestOf('second')).toMatchObject({ rows: ROWS, failedRows: 1 });
  });

  test('a file that arrives is scored by the container that serves to the same predictions, and no model is left behind', async () => {
    const some = rows.slice(0, 200);
    const lines = some.map((row, index) => [...row, `c${index}`].join(','));
    await put('some-customers/a.csv', ['complaints,price,shoe_size,customer', ...lines, 'x,1,2,bad']);
    const { models } = await pipeline.sageMakerResources();
    // The file starts the run.
    await pipeline.pass(MINUTE);
    const [execution, ...others] = await pipeline.executions((await resources('weekly')).stateMachine);
    expect(others).toEqual([]);
    const { status, output } = await pipeline.follow(execution?.executionArn as string);
    expect({ status, output }).toMatchObject({
      status: 'SUCCEEDED',
      output: { modelVersion: '1.0.0', rows: 200, failedRows: 1 },
    });
    const [part] = (await manifestOf((output as { run?: string }).run as string, 'weekly')).parts;
    const scored = (await pipeline.read(part?.key as string))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly customer: string; readonly prediction: number });
    expect(scored.map(({ customer }) => customer)).toEqual(some.map((_, index) => `c${index}`));
    for (const index of [0, 100, 199]) {
      const { predictions } = await pipeline.askFunction('any', some[index]);
      expect(scored[index]?.prediction).toBeCloseTo(predictions[0] as number, 5);
    }
    expect((await pipeline.sageMakerResources()).models).toEqual(models);
  });

  test('the CLI tells what a run would take, starts one and shows the newest', async () => {
    const cli = (...args: string[]) => runCli(['batch', ...args], pipeline.environment());
    expect((await cli('plan')).stderr).toContain(
      'there are several batches; name one of them: delivered, nightly, weekly',
    );
    const { stdout: plan } = await cli('plan', 'nightly');
    expect(plan).toContain('would score with version 1.0.0 by a function:\n1 files with');
    expect(plan).toMatch(/by a function: 1 min and about \d\.\d{4} USD, by the pace of the run second/);
    const started = await cli('start', 'nightly', '--run', 'third', '--wait');
    expect(started.stderr).toMatch(/third: version 1\.0\.0, \d of 2 parts scored, 60001 rows/);
    expect(started.stdout).toContain(
      '60001 rows, 1 of them without a prediction: batch/nightly/third/manifest.json',
    );
    const { stdout: status } = await cli('status', 'nightly');
    expect(status).toMatch(/third +\S+ \S+ +SUCCEEDED +1\.0\.0 +2\/2 +60001 +1 +stable/);
    expect(status).toMatch(/second .*\n.*first /);
  });

  test('the schedule starts one run a night, which has the name of its time', async () => {
    await pipeline.pass(24 * 3_600_000);
    const { stateMachine } = await resources();
    const [nightly] = await pipeline.executions(stateMachine);
    const { output } = await pipeline.follow(nightly?.executionArn as string);
    const { run } = output as { readonly run?: string };
    expect(run).toMatch(/^\d{4}-\d\d-\d\dT02-00-00Z$/);
    expect(await manifestOf(run as string)).toMatchObject({ rows: ROWS, failedRows: 1 });
  });
});
