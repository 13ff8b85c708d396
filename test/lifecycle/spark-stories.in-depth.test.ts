import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type App, Size, Stack } from 'aws-cdk-lib';
import { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { BatchManifest } from '../../contracts/batch';
import { BatchEngine, BatchInput, BatchOutput, type ModelPipelineStack, SparkJobs } from '../../lib';
import { runCli } from '../bin/cli';
import { customers } from './customers';
import { CUSTOMERS, customersStack, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(900_000);

const ROWS = 60_000;

/** Spark and its libraries take 400 MB, and Java must be there. */
(process.env.IN_DEPTH_SPARK === '1' ? describe : describe.skip)('a batch that Spark scores', () => {
  const pipeline = new DeployedPipeline();
  const rows = customers({ count: ROWS, seed: 9 });

  beforeAll(async () => {
    await pipeline.startWithVersion();
    expect(await pipeline.cdk.deploy(withBatches)).toMatchObject({ code: 0 });
    const lines = rows.map((row, index) => [`c${index}`, ...row].join(','));
    const Body = `${['customer,complaints,price,shoe_size', ...lines, 'bad,x,1,2', 'big,1e39,1,2'].join('\n')}\n`;
    const { bucket } = pipeline.resources;
    await pipeline.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'customers/all.csv', Body }));
  }, 900_000);

  afterAll(() => pipeline.stop());

  /** Two batches of the same input, one by a function and one by EMR Serverless. */
  function withBatches(app: App): void {
    customersStack({})(app);
    const { pipeline } = app.node.findChild(CUSTOMERS.stack) as ModelPipelineStack;
    const stack = Stack.of(pipeline);
    const application = new CfnApplication(stack, 'Spark', { releaseLabel: 'emr-7.9.0', type: 'SPARK' });
    const role = new Role(stack, 'SparkRole', {
      assumedBy: new ServicePrincipal('emr-serverless.amazonaws.com'),
    });
    const jobs = SparkJobs.emrServerless(application.attrApplicationId, { role });
    const engines = {
      Spark: BatchEngine.spark(jobs, { partSize: Size.mebibytes(1), workers: 1 }),
      Function: BatchEngine.lambda({ partSize: Size.mebibytes(1) }),
    };
    for (const [name, engine] of Object.entries(engines)) {
      pipeline.addBatchInference(name, {
        input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
        output: BatchOutput.csv({ columns: ['customer'] }),
        engine,
      });
    }
  }

  async function start(batch: string, name: string, input: object = {}): Promise<string> {
    const Name = `/model-pipeline/${PIPELINE}/batch/${batch}`;
    const { Parameter } = await pipeline.ssm.send(new GetParameterCommand({ Name }));
    const { stateMachine } = JSON.parse(Parameter?.Value as string) as { readonly stateMachine: string };
    const { executionArn } = await pipeline.sfn.send(
      new StartExecutionCommand({ stateMachineArn: stateMachine, name, input: JSON.stringify(input) }),
    );
    return executionArn as string;
  }

  /** Each line of the output, and the row and reason of each row that has no prediction. */
  async function outcome(batch: string, run: string) {
    const manifest = JSON.parse(await pipeline.read(`batch/${batch}/${run}/manifest.json`)) as BatchManifest;
    const texts = (keys: string[]) => Promise.all(keys.map((key) => pipeline.read(key)));
    const linesOf = (all: string[], header: number) =>
      all.flatMap((text) => text.trimEnd().split('\n').slice(header));
    const output = linesOf(await texts(manifest.parts.map(({ key }) => key)), 1);
    const errors = linesOf(await texts(manifest.parts.flatMap((part) => part.errors?.key ?? [])), 0);
    return {
      manifest,
      output,
      failed: errors.map((line) => JSON.parse(line) as { rowId: string; reason: string }),
    };
  }

  async function versionOf(Key: string): Promise<string | undefined> {
    const object = { Bucket: pipeline.resources.bucket, Key };
    return (await pipeline.s3.send(new HeadObjectCommand(object))).VersionId;
  }

  test('has the same predictions as a function, keeps rows that cannot be scored, and shows its time and cost', async () => {
    const arns = [await start('spark', 'first'), await start('function', 'first')];
    for (const arn of arns) expect(await pipeline.follow(arn)).toMatchObject({ status: 'SUCCEEDED' });
    const [bySpark, byFunction] = [await outcome('spark', 'first'), await outcome('function', 'first')];
    expect(bySpark.output).toHaveLength(ROWS);
    expect(bySpark.output).toEqual(byFunction.output);
    expect(bySpark.manifest).toMatchObject({ engine: 'spark', rows: ROWS, failedRows: 2 });
    expect(bySpark.manifest.drift).toEqual(byFunction.manifest.drift);
    expect(bySpark.failed.map(({ rowId }) => rowId)).toEqual(byFunction.failed.map(({ rowId }) => rowId));
    expect(bySpark.failed.map(({ reason }) => reason)).toEqual([
      "column 'complaints' is 'x', but the function takes numbers only",
      'column 1 is 1e+39, but the model takes a number of its type',
    ]);
    const { stdout: plan } = await runCli(['batch', 'plan', 'spark'], pipeline.environment());
    expect(plan).toContain('by Spark with 2 emr-serverless.4vcpu-16gb');
    expect(plan).toMatch(/by Spark: \d+ min and at most \d+\.\d+ USD, by the pace of the run first/);
  });

  test('that is stopped while Spark scores goes on by its name, and loses and doubles no row', async () => {
    const stopped = await start('spark', 'stopped', { run: 'interrupted' });
    // Nothing of the run waits for the clock before the first part is scored.
    while ((await pipeline.keys('batch/spark/interrupted/scores/')).length === 0) await sleep(200);
    await pipeline.sfn.send(new StopExecutionCommand({ executionArn: stopped }));
    expect(await pipeline.follow(stopped)).toMatchObject({ status: 'ABORTED' });
    const [first] = await pipeline.keys('batch/spark/interrupted/scores/');
    const scored = await versionOf(first as string);
    const again = await start('spark', 'again', { run: 'interrupted' });
    expect(await pipeline.follow(again)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await versionOf(first as string)).toBe(scored);
    expect((await outcome('spark', 'interrupted')).output).toEqual((await outcome('spark', 'first')).output);
  });
});
