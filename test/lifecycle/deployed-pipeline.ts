import { renameSync, rmSync } from 'node:fs';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeEndpointCommand,
  DescribeModelPackageCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelPackagesCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type LedgerEntry, parseLedgerEntry } from '../../lambda/domain/records/ledger';
import { parseReleaseReport, type ReleaseReport } from '../../lambda/domain/release/release-report';
import { parseRouting, type RoutingDocument } from '../../lambda/domain/release/routing';
import type { ModelPipelineProps } from '../../lib';
import { recordGrants } from '../grants/grant-records';
import { type Alert, AlertQueue } from './alert-queue';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';
import { customersCsv } from './customers';
import { CUSTOMERS, customersStack, deployCustomers, PIPELINE } from './customers-stack';
import { copyOfTemplate } from './deployed-template';
import { FunctionTraffic } from './function-traffic';
import type { TestedCloud } from './tested-cloud';
import { Traffic } from './traffic';

const MINUTE = 60_000;
export const REQUESTS_A_MINUTE = 60;
const MOST_MINUTES = 300;

export interface Ending {
  readonly status: string;
  readonly output: { readonly outcome?: string; readonly modelVersion?: string; readonly reasons?: string[] };
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** Names of a pipeline's parts, as its stack publishes them. */
interface Resources {
  /** Left out where a function serves alone. */
  readonly endpoint?: string;
  readonly bucket: string;
  readonly topic: string;
  readonly driftAlarm: string;
  readonly qualityAlarm: string;
  readonly triggerFunction: string;
  readonly rollbackFunction: string;
  readonly repairFunction: string;
  readonly approvalFunction?: string;
  readonly serverlessFunction: string;
  readonly retrainingStateMachine: string;
  readonly registrationStateMachine: string;
  readonly releaseStateMachine: string;
  readonly restoreStateMachine: string;
}

/** A pipeline that the CDK CLI deployed to a local cloud, whose time a test moves on. */
export class DeployedPipeline {
  cloud!: TestedCloud;
  cdk!: CdkCli;
  s3!: S3Client;
  sfn!: SFNClient;
  ssm!: SSMClient;
  lambda!: LambdaClient;
  cloudwatch!: CloudWatchClient;
  sagemaker!: SageMakerClient;
  resources!: Resources;
  alerts!: AlertQueue;
  /** Goes on during every release. */
  traffic!: Traffic;
  readonly functionTraffic = new FunctionTraffic((inferenceId, row) => this.askFunction(inferenceId, row));

  private dataFolder!: string;

  constructor(
    private readonly newCloud: (dataFolder: string) => TestedCloud = (dataFolder) =>
      new CloudProcess({ dataFolder }),
  ) {}

  /** Starts a cloud in which the usual pipeline is deployed, and deploys what is to be otherwise. */
  async start(props: Partial<ModelPipelineProps> = {}): Promise<void> {
    await this.startFrom(await copyOfTemplate('usual-pipeline', deployCustomers), props);
  }

  /** As `start`, with data and version 1.0.0 in production, which the usual pipeline released. */
  async startWithVersion(props: Partial<ModelPipelineProps> = {}): Promise<void> {
    await this.startFrom(await copyOfTemplate('first-version', releaseFirst), props);
    await this.expectServing('1.0.0');
  }

  private async startFrom(dataFolder: string, props: Partial<ModelPipelineProps>): Promise<void> {
    this.dataFolder = dataFolder;
    this.cloud = this.newCloud(this.dataFolder);
    await this.cloud.start();
    this.connect();
    if (Object.keys(props).length > 0) expect(await this.deploy(props)).toMatchObject({ code: 0 });
    const { Parameter } = await this.ssm.send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/resources` }),
    );
    this.resources = JSON.parse(Parameter?.Value as string) as Resources;
    this.alerts = await AlertQueue.subscribe(this.config(), this.resources.topic);
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  /** Ends the cloud and keeps what it knows. */
  async keepAs(dataFolder: string): Promise<void> {
    await this.end();
    renameSync(this.dataFolder, dataFolder);
  }

  /** Ends the cloud and starts it again. */
  async restart(): Promise<void> {
    await this.end();
    this.cloud = this.newCloud(this.dataFolder);
    await this.cloud.start();
    this.connect();
  }

  /** Configuration of an SDK client. */
  config() {
    const { url: endpoint, region, credentials } = this.cloud;
    return { endpoint, region, credentials };
  }

  /** What leads a program to the cloud. */
  environment(): Record<string, string> {
    const { endpoint, region, credentials } = this.config();
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
    };
  }

  deploy(props: Partial<ModelPipelineProps> = {}) {
    return this.cdk.deploy(customersStack(props));
  }

  diff(props: Partial<ModelPipelineProps> = {}) {
    return this.cdk.diff(customersStack(props));
  }

  destroy() {
    return this.cdk.destroy(customersStack({}));
  }

  async upload(file: string, content: string): Promise<void> {
    const Key = `training-data/${file}`;
    await this.s3.send(new PutObjectCommand({ Bucket: this.resources.bucket, Key, Body: content }));
  }

  async removeUpload(file: string): Promise<void> {
    const Key = `training-data/${file}`;
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.resources.bucket, Key }));
  }

  /** The time of the cloud. */
  async now(): Promise<Date> {
    await this.upload('_clock', 'now');
    const Key = 'training-data/_clock';
    const { LastModified } = await this.s3.send(
      new HeadObjectCommand({ Bucket: this.resources.bucket, Key }),
    );
    return LastModified as Date;
  }

  /** Text of an object in the pipeline's bucket. */
  async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.resources.bucket, Key: key }));
    return (await Body?.transformToString()) as string;
  }

  async keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    const pages = paginateListObjectsV2(
      { client: this.s3 },
      { Bucket: this.resources.bucket, Prefix: prefix },
    );
    for await (const { Contents = [] } of pages) found.push(...Contents.map(({ Key }) => Key as string));
    return found;
  }

  /** Starts a retraining; returns its execution. */
  async startRetraining(hyperparameters?: Record<string, string>): Promise<string> {
    // Executions are named after their minute.
    await this.cloud.clock.advance(MINUTE);
    const request = { trigger: 'manual', reason: 'a test', force: true, hyperparameters };
    const { executionArn } = (await this.invoke(this.resources.triggerFunction, request)) as {
      executionArn?: string;
    };
    expect(executionArn).toBeDefined();
    return executionArn as string;
  }

  /** Retrains, to the end of what follows from it. */
  async retrain(hyperparameters?: Record<string, string>): Promise<Ending> {
    return this.follow(await this.startRetraining(hyperparameters));
  }

  /** Starts a release; returns its execution. */
  async startRelease(modelVersion: string, reason = 'a test'): Promise<string> {
    const { executionArn } = await this.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.resources.releaseStateMachine,
        input: JSON.stringify({ modelVersion, reason }),
      }),
    );
    return executionArn as string;
  }

  async release(modelVersion: string, reason?: string): Promise<Ending> {
    return this.follow(await this.startRelease(modelVersion, reason));
  }

  /** The workflow's executions, the newest first. */
  async executions(stateMachineArn: string): Promise<ExecutionListItem[]> {
    return (await this.sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
  }

  /** Lets time pass, and requests come if anything serves, until a workflow has ended. */
  async follow(executionArn: string, everyMinute = async () => {}): Promise<Ending> {
    for (let minute = 0; minute < MOST_MINUTES; minute++) {
      const { status, output, error, cause } = await this.sfn.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      if (status !== 'RUNNING') {
        return { status: status as string, output: JSON.parse(output ?? '{}'), error, cause };
      }
      await this.pass(MINUTE, REQUESTS_A_MINUTE);
      await everyMinute();
    }
    throw new Error(`${executionArn} has not ended after ${MOST_MINUTES} minutes`);
  }

  /** Lets time pass, after some requests if anything serves. */
  async pass(milliseconds: number, requests = 0): Promise<void> {
    if ((await this.routing()).production) {
      if (this.resources.endpoint) await this.traffic.send(requests);
      if (requests > 0) await this.functionTraffic.sendMinute();
    }
    await this.cloud.clock.advance(milliseconds);
  }

  async invoke(FunctionName: string, payload: object): Promise<unknown> {
    return (await this.answerOf(FunctionName, payload)).answer;
  }

  /** Asks the serverless function about one customer. */
  async askFunction(
    inferenceId: string,
    row: readonly number[] = [0, 0, 0],
  ): Promise<{ modelVersion: string; variant: string; predictions: number[]; functionVersion: string }> {
    const { answer, executedVersion } = await this.answerOf(this.resources.serverlessFunction, {
      rows: [row],
      inferenceId,
    });
    return { ...(answer as object), functionVersion: executedVersion } as never;
  }

  private async answerOf(FunctionName: string, payload: object) {
    const { Payload, FunctionError, ExecutedVersion } = await this.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString());
    if (FunctionError) throw new Error(`${FunctionName}: ${JSON.stringify(answer)}`);
    return { answer, executedVersion: ExecutedVersion };
  }

  async routing(): Promise<RoutingDocument> {
    const { Parameter } = await this.ssm.send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/routing` }),
    );
    return parseRouting(Parameter?.Value as string);
  }

  async ledger(): Promise<LedgerEntry[]> {
    return Promise.all(
      (await this.keys('ledger/')).map(async (key) => parseLedgerEntry(await this.read(key))),
    );
  }

  /** The report that an entry of the ledger names. */
  async report(entry: LedgerEntry | undefined): Promise<ReleaseReport> {
    const page = entry?.report as string;
    expect(page).toMatch(new RegExp(`^s3://${this.resources.bucket}/releases/.*\\.html$`));
    const key = page.slice(`s3://${this.resources.bucket}/`.length);
    expect(await this.read(key)).toContain('</html>');
    return parseReleaseReport(await this.read(key.replace(/html$/, 'json')));
  }

  /** What people were told since the last call. */
  newAlerts(): Promise<Alert[]> {
    return this.alerts.receive();
  }

  /** Requests to a variant of the endpoint in the last day, as CloudWatch counts them. */
  async requestsOf(variant: string): Promise<number> {
    const now = await this.now();
    const { Datapoints = [] } = await this.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocations',
        Dimensions: [
          { Name: 'EndpointName', Value: this.resources.endpoint },
          { Name: 'VariantName', Value: variant },
        ],
        StartTime: new Date(now.getTime() - 24 * 3_600_000),
        EndTime: now,
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }

  async alarmState(alarm: 'driftAlarm' | 'qualityAlarm'): Promise<string | undefined> {
    const { MetricAlarms } = await this.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [this.resources[alarm]] }),
    );
    return MetricAlarms?.[0]?.StateValue;
  }

  endpoint() {
    return this.sagemaker.send(new DescribeEndpointCommand({ EndpointName: PIPELINE }));
  }

  /** The package of a version, from the registry. */
  async modelPackage(modelVersion: string) {
    const { modelPackages } = await this.sageMakerResources();
    for (const ModelPackageName of modelPackages) {
      const found = await this.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
      if (found.CustomerMetadataProperties?.modelVersion === modelVersion) return found;
    }
    throw new Error(`the registry has no version ${modelVersion}`);
  }

  /** Names of everything that the workflows make, whosever it is; of packages the ARNs. */
  async sageMakerResources() {
    const [endpoints, configs, models, packages] = await Promise.all([
      this.sagemaker.send(new ListEndpointsCommand({})),
      this.sagemaker.send(new ListEndpointConfigsCommand({})),
      this.sagemaker.send(new ListModelsCommand({})),
      this.sagemaker
        .send(new ListModelPackagesCommand({ ModelPackageGroupName: PIPELINE, MaxResults: 100 }))
        .catch(() => ({ ModelPackageSummaryList: [] })),
    ]);
    return {
      endpoints: (endpoints.Endpoints ?? []).map(({ EndpointName }) => EndpointName as string),
      configs: (configs.EndpointConfigs ?? []).map(({ EndpointConfigName }) => EndpointConfigName as string),
      models: (models.Models ?? []).map(({ ModelName }) => ModelName as string),
      modelPackages: (packages.ModelPackageSummaryList ?? []).map(
        ({ ModelPackageArn }) => ModelPackageArn as string,
      ),
    };
  }

  /** That the version serves, alone, and nothing is left of any other one's release. */
  async expectServing(modelVersion: string): Promise<void> {
    const { production, candidate } = await this.routing();
    expect(production?.modelVersion).toBe(modelVersion);
    expect(candidate).toBeUndefined();
    const { EndpointStatus, EndpointConfigName, ProductionVariants } = await this.endpoint();
    expect(EndpointStatus).toBe('InService');
    expect(ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual([production?.variant]);
    expect(EndpointConfigName).toBe(production?.endpointConfigName);
    expect(await this.sageMakerResources()).toMatchObject({
      endpoints: [PIPELINE],
      configs: [production?.endpointConfigName],
      models: [production?.modelName],
    });
    expect(this.traffic.failures).toEqual([]);
  }

  private async end(): Promise<void> {
    recordGrants(await this.cloud.grants(), CUSTOMERS);
    await this.cloud.stop();
    this.cdk.remove();
  }

  private connect(): void {
    const config = this.config();
    this.cdk = new CdkCli(this.cloud);
    this.s3 = new S3Client(config);
    this.sfn = new SFNClient(config);
    this.ssm = new SSMClient(config);
    this.lambda = new LambdaClient(config);
    this.cloudwatch = new CloudWatchClient(config);
    this.sagemaker = new SageMakerClient(config);
    this.traffic = new Traffic(new SageMakerRuntimeClient({ ...config, maxAttempts: 1 }), PIPELINE);
  }
}

async function releaseFirst(dataFolder: string): Promise<void> {
  const pipeline = new DeployedPipeline();
  await pipeline.start();
  try {
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({ output: { outcome: 'promoted' } });
    // Those who start from here are told of what comes.
    await pipeline.newAlerts();
    await pipeline.keepAs(dataFolder);
  } catch (error) {
    await pipeline.stop();
    throw error;
  }
}
