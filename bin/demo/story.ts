import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { ensurePythonEnvironment } from 'cdk-local-cloud/containers';
import { prepareFlights } from '../../examples/flights/prepare-data';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';
import type { Aws } from '../cli/aws';
import { CliError } from '../cli/cli-error';
import { advanceLocal, type LocalAddress } from '../cli/local-process';
import { Pipeline } from '../cli/pipeline';
import type { Alerts } from './alerts';
import type { Cdk } from './cdk';
import { pipelineActivity } from './pipeline-activity';
import type { Phase, Say } from './progress';
import { Traffic, type TrafficReport } from './traffic';

const POLL_SECONDS = 15;
const HOUR_MINUTES = 60;
const TRAFFIC_MINUTES = 30;
const REQUESTS_EACH_TIME = 10;
const ROWS_A_REQUEST = 10;
/** Single rows between two evaluations of a release, whose canary step needs some hundred. */
const REQUESTS_A_POLL = 30;
const TELL_MILLISECONDS = 100;
/** The monitor's first verdict follows after a day; it is longer than the cool-down of a retraining, too. */
const QUIET_HOURS = 26;
/** A day after the change, all of the window has changed. */
const MOST_HOURS_TO_ALARM = 26;
const MOST_ENTRIES = 20;
/** One stump: honest training, bad model. */
const WORSE = { 'max-iter': '1', 'max-leaf-nodes': '2' };

export interface StoryProps {
  readonly cloud: LocalAddress;
  readonly aws: Aws;
  readonly cdk: Cdk;
  readonly alerts: Alerts;
}

/** What is true at the end, read back through the SDK. */
export interface StoryEnd {
  readonly pipeline: Pipeline;
  readonly ledger: readonly LedgerEntry[];
  readonly traffic: TrafficReport;
  readonly alerts: readonly string[];
}

/** A model's first life: first release, traffic, drift, a better version, and a worse one that is refused. */
export class Story {
  private months: string[] = [];
  private pipeline: Pipeline | undefined;
  private traffic: Traffic | undefined;

  constructor(private readonly props: StoryProps) {}

  readonly phases: readonly Phase[] = [
    { title: 'Prepare Python and six months of flights', run: (say) => this.prepare(say) },
    { title: 'cdk bootstrap', run: (say) => this.bootstrap(say) },
    { title: 'cdk deploy', run: (say) => this.deploy(say) },
    { title: 'Train and release the first version', run: (say) => this.firstRelease(say) },
    { title: 'A quiet day: traffic like the training data', run: (say) => this.quietDay(say) },
    { title: 'Spring comes: the traffic drifts until the alarm goes off', run: (say) => this.drift(say) },
    {
      title: 'The alarm retrains; the challenger beats production and takes over',
      run: (say) => this.takeover(say),
    },
    { title: 'A worse challenger is refused', run: (say) => this.refusal(say) },
    { title: 'cdk diff: the infrastructure has not changed', run: (say) => this.diff(say) },
  ];

  /**
   * Reads the end of the story back and checks it.
   *
   * @throws CliError that names what did not happen
   */
  async end(): Promise<StoryEnd> {
    const pipeline = this.deployed();
    const ledger = (await pipeline.ledger().newest(MOST_ENTRIES)).flatMap(({ entry }) => entry ?? []);
    const { production } = await pipeline.routing();
    const traffic = this.running().report;
    const alerts = await this.props.alerts.receive();
    const kinds = ledger.map(({ kind }) => kind).join(', ');
    expect(
      kinds === 'release, release, rejection',
      `the ledger should hold release, release, rejection, but holds ${kinds}`,
    );
    expect(
      production?.modelVersion === ledger[1]?.modelVersion,
      `version ${ledger[1]?.modelVersion} should serve, but ${production?.modelVersion} does`,
    );
    expect(
      traffic.failed === 0,
      `${traffic.failed} of ${traffic.requests} requests failed: ${traffic.firstFailure}`,
    );
    expect(alerts.length > 0, 'nobody was notified of the refusal');
    expect(
      alerts.some((subject) => subject.endsWith('drifted')),
      `no notification names the features that have drifted: ${alerts.join(', ')}`,
    );
    return { pipeline, ledger, traffic, alerts };
  }

  private async prepare(say: Say): Promise<void> {
    await ensurePythonEnvironment({ onProgress: say });
    const cache = process.env.MODEL_PIPELINE_CACHE ?? join(homedir(), '.cache', 'cdk-model-pipeline');
    this.months = await prepareFlights({ out: join(cache, 'flights'), onProgress: say });
  }

  private async bootstrap(say: Say): Promise<void> {
    await this.props.cdk.run(['bootstrap'], say);
  }

  private async deploy(say: Say): Promise<void> {
    await this.props.cdk.run(['deploy', '--all', '--require-approval', 'never', '--progress', 'events'], say);
    this.pipeline = await Pipeline.find(this.props.aws);
    this.traffic = new Traffic(this.pipeline.name);
    await this.props.alerts.subscribe(this.pipeline.resources.topic);
  }

  private async firstRelease(say: Say): Promise<void> {
    await this.upload(this.month(0), say);
    const executionArn = await this.retrain({ reason: 'the first version' });
    const { outcome } = await this.follow(executionArn, say);
    expect(outcome === 'promoted', `the first version should be promoted, but it was ${outcome}`);
  }

  private async quietDay(say: Say): Promise<void> {
    const traffic = this.running();
    await traffic.use(this.month(0));
    for (let hour = 1; hour <= QUIET_HOURS; hour++) {
      const alarm = await this.anHour(say, `hour ${hour} of ${QUIET_HOURS}`);
      expect(alarm !== 'ALARM', 'the drift alarm went off although nothing had drifted');
    }
    expect(await this.hasCapture(), 'no request was captured');
  }

  private async drift(say: Say): Promise<void> {
    for (const index of [1, 2, 3]) await this.upload(this.month(index), say);
    await this.running().use(this.month(4));
    for (let hour = 1; hour <= MOST_HOURS_TO_ALARM; hour++) {
      if ((await this.anHour(say, `hour ${hour} with the flights of May`)) === 'ALARM') return;
    }
    throw new CliError(`the drift alarm did not go off within ${MOST_HOURS_TO_ALARM} hours`);
  }

  private async takeover(say: Say): Promise<void> {
    const pipeline = this.deployed();
    const { executions = [] } = await this.props.aws.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: pipeline.resources.retrainingStateMachine }),
    );
    const execution = executions.find(({ name }) => name?.startsWith('drift-'));
    if (!execution?.executionArn) throw new CliError('the drift alarm started no retraining');
    const { outcome, reasons } = await this.follow(execution.executionArn, say, REQUESTS_A_POLL);
    expect(
      outcome === 'promoted',
      `the challenger should be promoted, but it was ${outcome}: ${reasons?.join('; ')}`,
    );
  }

  private async refusal(say: Say): Promise<void> {
    const executionArn = await this.retrain({
      reason: 'a worse one, on purpose',
      hyperparameters: WORSE,
      force: true,
    });
    const { outcome } = await this.follow(executionArn, say, REQUESTS_A_POLL);
    expect(outcome === 'refused', `the worse challenger should be refused, but it was ${outcome}`);
  }

  private async diff(say: Say): Promise<void> {
    const printed = await this.props.cdk.run(['diff'], say);
    expect(
      /Number of stacks with differences: 0/.test(printed),
      `cdk diff should be empty, but says:\n${printed}`,
    );
  }

  private async upload(file: string, say: Say): Promise<void> {
    say(`labeled data arrive: ${basename(file)}`);
    const Key = `training-data/${basename(file)}`;
    const { bucket } = this.deployed().resources;
    await this.props.aws.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key, Body: await readFile(file), ContentType: 'text/csv' }),
    );
  }

  private async retrain(request: object): Promise<string> {
    const { Payload } = await this.props.aws.lambda.send(
      new InvokeCommand({
        FunctionName: this.deployed().resources.triggerFunction,
        Payload: JSON.stringify({ trigger: 'manual', ...request }),
      }),
    );
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as {
      executionArn?: string;
      why?: string;
      errorMessage?: string;
    };
    if (!answer.executionArn)
      throw new CliError(`no retraining was started: ${answer.why ?? answer.errorMessage}`);
    return answer.executionArn;
  }

  /** Moves time on until a workflow ends, with traffic meanwhile. */
  private async follow(
    executionArn: string,
    say: Say,
    requests = 0,
  ): Promise<{ outcome?: string; reasons?: string[] }> {
    for (;;) {
      const { status, output, error, cause } = await this.deployed().execution(executionArn);
      if (status === 'SUCCEEDED')
        return JSON.parse(output ?? '{}') as { outcome?: string; reasons?: string[] };
      if (status !== 'RUNNING') throw new CliError(`the workflow ended as ${status}: ${error} ${cause}`);
      await this.advance(POLL_SECONDS, say, requests);
    }
  }

  /** Moves time on, with traffic meanwhile, and tells what the workflows do. */
  private async advance(seconds: number, say: Say, requests = 0): Promise<void> {
    let isOver = false;
    const end = Promise.all([
      advanceLocal(this.props.cloud, seconds),
      // Requests go on while time moves and the endpoint changes.
      this.running().send(requests),
    ]).finally(() => {
      isOver = true;
    });
    const tell = async () => {
      while (!isOver) {
        const activity = await pipelineActivity(this.props.aws, this.deployed());
        if (activity) say(activity);
        await Promise.race([end, sleep(TELL_MILLISECONDS)]);
      }
    };
    await Promise.all([end, tell()]);
  }

  /** An hour with traffic; it ends as soon as the drift alarm goes off, for a retraining then begins. */
  private async anHour(say: Say, what: string): Promise<string | undefined> {
    let alarm: string | undefined;
    for (let minute = 0; minute < HOUR_MINUTES && alarm !== 'ALARM'; minute += TRAFFIC_MINUTES) {
      await this.running().send(REQUESTS_EACH_TIME, ROWS_A_REQUEST);
      await this.advance(TRAFFIC_MINUTES * 60, say);
      alarm = await this.driftAlarm();
    }
    say(`${what}: drift alarm ${alarm}`);
    return alarm;
  }

  private async driftAlarm(): Promise<string | undefined> {
    const { MetricAlarms } = await this.props.aws.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [this.deployed().resources.driftAlarm] }),
    );
    return MetricAlarms?.[0]?.StateValue;
  }

  private async hasCapture(): Promise<boolean> {
    const { bucket, endpoint } = this.deployed().resources;
    const { KeyCount } = await this.props.aws.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `capture/${endpoint}/` }),
    );
    return (KeyCount ?? 0) > 0;
  }

  private month(index: number): string {
    const file = this.months[index];
    if (!file) throw new Error(`there is no month ${index}`);
    return file;
  }

  private deployed(): Pipeline {
    if (!this.pipeline) throw new Error('the pipeline is not deployed yet');
    return this.pipeline;
  }

  private running(): Traffic {
    if (!this.traffic) throw new Error('the pipeline is not deployed yet');
    return this.traffic;
  }
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new CliError(otherwise);
}
