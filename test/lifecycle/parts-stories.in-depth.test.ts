import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type App, CfnOutput, Duration, Size, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Aws } from '../../bin/cli/aws';
import { profileFile } from '../../bin/cli/file-profile';
import { latestReport } from '../../bin/cli/latest-report';
import { reportsOf } from '../../bin/cli/monitor-reports';
import {
  DriftComparison,
  EndpointMonitor,
  MonitorBaseline,
  MonitorSink,
  PromotionGate,
  RetrainingTrigger,
} from '../../lib';
import { BUCKET, SageMakerFixture, variant } from '../local/services/sagemaker-fixture';
import { HOUR, MINUTE, START } from '../local/services/service-fixture';
import aSah from '../reference/delong.json';
import { type Alert, AlertQueue } from './alert-queue';
import { CdkCli } from './cdk-cli';

jest.setTimeout(600_000);

const REQUESTS = 40;
const ROWS = 200;

/** People who have an endpoint, a bucket and a state machine of their own, and no pipeline. */
function parts(app: App): void {
  const stack = new Stack(app, 'Parts');
  const bucket = Bucket.fromBucketName(stack, 'Bucket', BUCKET);
  const monitor = new EndpointMonitor(stack, 'Monitor', {
    endpointName: 'Credit',
    captureBucket: bucket,
    capturePrefix: 'recorded',
    baseline: MonitorBaseline.fromBucket(bucket, 'baseline.json'),
    driftComparisons: [DriftComparison.withTrainingData({ window: Duration.hours(1) })],
    driftHoursToAlarm: 1,
    driftEvaluationHours: 1,
    quality: { minimumLabels: 100 },
    holdoutQuality: { value: 0.95, rows: 1000 },
    sinks: [MonitorSink.table(bucket, { prefix: 'lake' })],
    parallelProfiling: { groupSize: Size.mebibytes(1) },
  });
  const gate = new PromotionGate(stack, 'IsBetter', {
    bucket,
    labels: 'scores/labels.csv',
    challengerScores: `s3://${BUCKET}/scores/challenger.csv`,
    championScores: '{% "scores/" & "champion.csv" %}',
    inputPrefix: 'scores/',
  });
  const stateMachine = new StateMachine(stack, 'Retraining', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(gate),
  });
  new RetrainingTrigger(stack, 'Trigger', {
    stateMachine,
    bucket,
    alarms: [{ alarm: monitor.driftAlarm, reason: 'the inputs have drifted' }],
  });
  new CfnOutput(stack, 'Topic', { value: monitor.topic.topicArn });
  new CfnOutput(stack, 'DriftAlarm', { value: monitor.driftAlarm.alarmName });
  new CfnOutput(stack, 'QualityAlarm', { value: monitor.qualityAlarm.alarmName });
  new CfnOutput(stack, 'StateMachine', { value: stateMachine.stateMachineArn });
}

describe('monitor, promotion gate and retraining trigger without a pipeline', () => {
  const fixture = new SageMakerFixture({ clock: { rate: 1, start: START } });
  const cdk = new CdkCli(fixture.cloud);
  let outputs: Record<string, string>;
  let alerts: AlertQueue;

  beforeAll(async () => {
    await fixture.start();
    await makeEndpoint();
    await writeScores();
    expect((await cdk.bootstrap()).output).toContain('bootstrapped');
    const { code, output } = await cdk.deploy(parts);
    expect({ code, output }).toMatchObject({ code: 0 });
    const { Stacks } = await new CloudFormationClient(fixture.config()).send(
      new DescribeStacksCommand({ StackName: 'Parts' }),
    );
    outputs = Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
    alerts = await AlertQueue.subscribe(fixture.config(), outputs.Topic as string);
  });
  afterAll(async () => {
    await fixture.cloud.stop();
    cdk.remove();
  });

  /** An endpoint that adds up two numbers, trained on those from 0 to 1. */
  async function makeEndpoint(): Promise<void> {
    const rows = Array.from({ length: ROWS }, (_, row) => [row / ROWS, 1 - row / ROWS]);
    const csv = rows.map(([a = 0, b = 0]) => `${a},${b},${a + b},${a > b ? 1 : 0}`);
    const folder = mkdtempSync(join(tmpdir(), 'parts-'));
    const file = join(folder, 'train.csv');
    writeFileSync(file, ['a,b,score,label', ...csv].join('\n'));
    const roles = { label: 'label', prediction: 'score', categories: [], ignored: [] };
    const baseline = await profileFile(file, roles);
    rmSync(folder, { recursive: true });
    await fixture.put('baseline.json', JSON.stringify(baseline));
    await fixture.model('credit-7', 0);
    await fixture.endpoint('Credit', [variant('AllTraffic', 'credit-7')], {
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${BUCKET}/recorded`,
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
        CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
      },
    });
  }

  async function writeScores(): Promise<void> {
    const lines = (numbers: readonly number[]) => numbers.map((number) => `${number}\n`).join('');
    await fixture.put('scores/labels.csv', lines(aSah.labels));
    await fixture.put('scores/challenger.csv', lines(aSah.scores.wfns));
    await fixture.put('scores/champion.csv', lines(aSah.scores.s100b));
  }

  async function alarmState(name: string | undefined): Promise<string | undefined> {
    const { MetricAlarms } = await new CloudWatchClient(fixture.config()).send(
      new DescribeAlarmsCommand({ AlarmNames: [name as string] }),
    );
    return MetricAlarms?.[0]?.StateValue;
  }

  /** Lets time pass until something holds. */
  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let passed = 0; passed < 4 * HOUR; passed += 10 * MINUTE) {
      if (await holds()) return;
      await fixture.advance(10 * MINUTE);
    }
    throw new Error('it does not hold after 4 hours');
  }

  test('the monitor alarms people of drift in what the endpoint recorded, and of a loss of quality', async () => {
    const labels: string[] = [];
    for (let request = 0; request < REQUESTS; request++) {
      const eventId = `loans-${request}`;
      // Rows of one request may depend on each other, so that the quality of a single one would prove
      // nothing.
      const rows = Array.from({ length: ROWS / REQUESTS }, (_, row) => (row * REQUESTS + request) / ROWS);
      const drifted = rows.map((share) => `${3 + share},${1 - share}`);
      await fixture.invoke('Credit', drifted.join('\n'), { InferenceId: eventId });
      const groundTruthData = { data: rows.map((_, row) => row % 2).join('\n'), encoding: 'CSV' };
      labels.push(JSON.stringify({ groundTruthData, eventMetadata: { eventId }, eventVersion: '0' }));
    }
    await fixture.put('model-monitor/Credit/ground-truth/2026/11/24/10/loans.jsonl', labels.join('\n'));
    await until(async () => (await alarmState(outputs.DriftAlarm)) === 'ALARM');
    await until(async () => (await alarmState(outputs.QualityAlarm)) === 'ALARM');
    const folder = 'model-monitor/Credit/profiles/2026/11/24/10';
    expect(JSON.parse(await fixture.get(`${folder}/drift.json`))).toMatchObject({
      modelVersion: 'credit-7',
      variant: 'AllTraffic',
      status: 'drift',
      drifted: ['a', 'prediction'],
      comparisons: [{ report: { rows: ROWS } }],
    });
    expect(JSON.parse(await fixture.get(`${folder}/quality.json`))).toMatchObject({
      labels: ROWS,
      comparison: { metric: 'auc', holdout: 0.95, hasFallen: true },
    });
    const told: Alert[] = [];
    const ofDrift = () => told.find(({ subject }) => subject === 'Credit: a and 1 more have drifted');
    const ofQuality = () => told.find(({ subject }) => subject === 'Credit: AUC has fallen');
    await until(async () => {
      told.push(...(await alerts.receive()));
      return ofDrift() !== undefined && ofQuality() !== undefined;
    });
    expect(ofDrift()?.text).toContain('\n- a: 100 % of the values are above ');
    expect(ofQuality()?.text).toContain(' instead of 0.95, worse by ');
    expect(told.map(({ subject }) => subject).join()).not.toContain('MonitorFailed');
  });

  test('the sink has the rows of both reports, and the CLI finds the reports by the name of the monitor', async () => {
    const rowsOf = async (table: string) => {
      const key = `lake/profiles/${table}-table/day=2026-11-24/10-Credit-AllTraffic.jsonl`;
      const lines = (await fixture.get(key)).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line));
    };
    expect(await rowsOf('drift')).toContainEqual(
      expect.objectContaining({ pipeline: 'Credit', feature: 'a', status: 'drift' }),
    );
    expect(await rowsOf('quality')).toContainEqual(
      expect.objectContaining({ model_version: 'credit-7', metric: 'auc', has_fallen: true }),
    );
    const aws = {
      ssm: new SSMClient(fixture.config()),
      s3: new S3Client({ ...fixture.config(), forcePathStyle: true }),
    } as unknown as Aws;
    const reports = await reportsOf(
      { aws, pipeline: () => Promise.reject(new Error('no pipeline')) },
      'Credit',
    );
    expect(await latestReport(reports, 'quality.json')).toMatchObject({
      key: expect.stringMatching(/^model-monitor\/Credit\/profiles\/2026\/11\/24\/\d\d\/quality.json$/),
    });
  });

  test('an hour with more files than a group is profiled by several functions, and then compared', async () => {
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    const lambda = new LambdaClient(fixture.config());
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const [monitor] = Functions.filter(({ FunctionName }) => FunctionName?.includes('MonitorDrift'));
    const report = { Bucket: BUCKET, Key: 'model-monitor/Credit/profiles/2026/11/24/10/drift.json' };
    const expected = JSON.parse(await fixture.get(report.Key));
    await s3.send(new DeleteObjectCommand(report));
    // All requests are delivered again, and again.
    const hour = { Bucket: BUCKET, Prefix: 'recorded/Credit/AllTraffic/2026/11/24/10/' };
    const { Contents = [] } = await s3.send(new ListObjectsV2Command(hour));
    const files = await Promise.all(Contents.map(({ Key }) => fixture.get(Key as string)));
    const lines = `${files.join('\n')}\n`;
    for (const name of ['y', 'z']) {
      await fixture.put(`${hour.Prefix}${name}.jsonl`, lines.repeat(Math.ceil(2 ** 20 / lines.length)));
    }
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: monitor?.FunctionName,
        Payload: JSON.stringify({ time: '2026-11-24T11:10:00Z' }),
      }),
    );
    expect(FunctionError).toBeUndefined();
    expect(Buffer.from(Payload ?? []).toString()).toMatch(/"pending":"3 of 3 groups of files .* are being/);
    await until(() =>
      fixture.get(report.Key).then(
        () => true,
        () => false,
      ),
    );
    expect(JSON.parse(await fixture.get(report.Key))).toMatchObject({
      drifted: expected.drifted,
      comparisons: [{ report: { rows: ROWS } }],
    });
  });

  test("the trigger starts one execution of anybody's state machine, in which the gate decides", async () => {
    const sfn = new SFNClient(fixture.config());
    const executions = async () =>
      (await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs.StateMachine }))).executions ?? [];
    await until(async () => (await executions())[0]?.status === 'SUCCEEDED');
    const started = await executions();
    expect(started.map(({ name }) => name)).toEqual([expect.stringMatching(/^alarm-20261124T1/)]);
    const { input = '', output = '' } = await sfn.send(
      new DescribeExecutionCommand({ executionArn: started[0]?.executionArn }),
    );
    expect(JSON.parse(input)).toEqual({
      trigger: 'alarm',
      reason: expect.stringMatching(/^the inputs have drifted: alarm .*: Threshold Crossed/),
    });
    const { verdict, evaluation, report } = JSON.parse(output);
    expect({ verdict, evaluation }).toEqual({ verdict: 'promote', evaluation: 1 });
    expect(await fixture.get(report.replace(`s3://${BUCKET}/`, ''))).toContain('<h1>');
    expect(JSON.parse(await fixture.get('retraining-trigger/trigger/queue.json'))).toMatchObject({
      starts: [{ confirmed: true }],
      pending: [],
    });
  });
});
