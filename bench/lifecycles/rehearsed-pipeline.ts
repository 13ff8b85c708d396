import type { EndpointStatus } from '@aws-sdk/client-sagemaker';
import { type LedgerEntry, parseLedgerEntry } from '../../lambda/domain/records/ledger';
import {
  emptyRouting,
  formatRouting,
  parseRouting,
  type RoutingDocument,
} from '../../lambda/domain/release/routing';
import type { FaultOptions } from '../../local/gateway/faults';
import { LocalCloud } from '../../local/local-cloud';
import type { StoredEndpoint } from '../../local/services/sagemaker/hosting/stored-endpoint';
import { noticeStatus } from '../../local/services/stepfunctions/execution-notices';
import type { StoredExecution } from '../../local/services/stepfunctions/machine-store';
import { Customers } from './customers';
import { Deployments } from './deployments';
import { FunctionTimeouts } from './function-timeouts';
import { inProcessFunctions } from './in-process-functions';
import { inProcessModels, isRegistered, type Version } from './in-process-models';
import { inProcessTrainings } from './in-process-trainings';
import { LostThings } from './lost-things';
import { makeNeighbour, NEIGHBOUR } from './neighbour';
import { Person } from './person';
import { DATA_VERSION, type RegisteredPackage, registerVersions } from './registered-versions';
import { FEATURES, LABEL, PIPELINE, type Strategy } from './rehearsed-stack';
import type { Damage } from './schedule';
import { Stranger } from './strangers';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REQUESTS_A_MINUTE = 24;
const SLICE_SECONDS = 15;
/** Labeled data that a retraining finds: like what customers ask with. */
const TRAINING_DATA = Array.from({ length: 40 }, (_, row) => `1,${row % 6},${row % 2}`);

interface Resources {
  readonly bucket: string;
  readonly topic: string;
  readonly rollbackFunction: string;
  readonly approvalFunction?: string;
  readonly challengerApprovalFunction?: string;
  readonly modelPackageGroup: string;
  /** Where it serves alone. */
  readonly serverlessFunction?: string;
  readonly releaseStateMachine: string;
  readonly restoreStateMachine: string;
  readonly retrainingStateMachine: string;
  readonly scoringRole: string;
  readonly repairFunction: string;
}

export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
}

/**
 * A pipeline on a local cloud in this process: its template, its state machines, its functions and the
 * services are those of every deployment; only the models are pretended, and nothing runs in a process of its
 * own.
 */
export class RehearsedPipeline {
  readonly timeouts = new FunctionTimeouts();
  readonly cloud = new LocalCloud({
    clock: { rate: 0, start: new Date('2026-11-25T10:00:00Z') },
    runtimes: {
      functions: inProcessFunctions(this.timeouts),
      models: inProcessModels,
      trainings: inProcessTrainings,
    },
  });
  resources!: Resources;
  private alerts!: string;
  readonly customers = new Customers(this);
  readonly stranger = new Stranger(this);
  readonly lost = new LostThings(this);
  readonly person = new Person(this);
  readonly deployments: Deployments;
  /** What is registered, but for what is lost. */
  packages!: Map<Version, RegisteredPackage>;
  /** When the schedule began. */
  private begun = 0;
  /** Whether somebody has broken what is in production. */
  isDamaged = false;

  constructor(strategy: Strategy) {
    this.deployments = new Deployments(this, strategy);
  }

  async start(): Promise<void> {
    await this.cloud.start();
    await this.deployments.first();
    this.resources = JSON.parse(await this.parameter('resources'));
    this.packages = await registerVersions(this);
    await makeNeighbour(this, this.resources.scoringRole);
    const Body = Buffer.from(`${[...FEATURES, LABEL]}\n${TRAINING_DATA.join('\n')}\n`);
    await this.call('s3', 'PutObject', {
      Bucket: this.resources.bucket,
      Key: 'training-data/rows.csv',
      Body,
    });
    await this.subscribe();
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** A call by the account's administrator, on whom no faults fall. */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of all services
  call(service: string, operation: string, input: object): Promise<any> {
    return this.cloud.call(service, operation, input, this.cloud.administrator);
  }

  injectFaults(options: FaultOptions | undefined): void {
    this.cloud.injectFaults(options);
  }

  /** Starts a release; `production` is what is in production, with the current settings. */
  async startRelease(modelVersion: string): Promise<string> {
    const { executionArn } = await this.call('states', 'StartExecution', {
      stateMachineArn: this.resources.releaseStateMachine,
      input: JSON.stringify({ modelVersion, reason: 'a schedule' }),
    });
    return executionArn;
  }

  async retrain(): Promise<void> {
    await this.call('states', 'StartExecution', {
      stateMachineArn: this.resources.retrainingStateMachine,
      input: JSON.stringify({ trigger: 'manual', reason: 'a schedule' }),
    });
  }

  /** Deploys the stack with other settings. */
  deploy(): Promise<void> {
    return this.deployments.next();
  }

  /** Asks the pipeline's own function for a rollback, which may refuse. */
  async rollBack(): Promise<void> {
    await this.invoke(this.resources.rollbackFunction, {});
  }

  /** What a function answers: an error too. */
  // biome-ignore lint/suspicious/noExplicitAny: the answers of all functions
  async invoke(FunctionName: string, event: object): Promise<any> {
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await this.call('lambda', 'Invoke', { FunctionName, Payload });
    return JSON.parse(answer.Payload.toString()) ?? {};
  }

  /** Ends an execution as somebody in a console would. */
  kill(executionArn: string): Promise<void> {
    return this.call('states', 'StopExecution', { executionArn, error: 'Killed', cause: 'by the schedule' });
  }

  /**
   * Tells the end of the last release that failed once more, as EventBridge may: it delivers at least once.
   */
  async repeatEnd(): Promise<void> {
    const executions = this.cloud.table<StoredExecution>('states/executions');
    const failed = [...executions.values()].findLast(
      ({ machine, started, status }) =>
        machine.arn === this.resources.releaseStateMachine &&
        started.getTime() >= this.begun &&
        status !== 'RUNNING' &&
        status !== 'SUCCEEDED',
    );
    if (failed) noticeStatus(this.cloud, failed);
  }

  /** The newest executions of a workflow, perhaps those of one status. */
  async executions(stateMachineArn: string, statusFilter?: string): Promise<Execution[]> {
    const input = { stateMachineArn, statusFilter, maxResults: 100 };
    return (await this.call('states', 'ListExecutions', input)).executions;
  }

  /**
   * Whether nothing is in progress: no deployment, no retraining, no release, and nothing that undoes one.
   */
  async isAtRest(): Promise<boolean> {
    return !(await this.deployments.isUnderWay()) && (await this.running()).length === 0;
  }

  /** Workflows that have not ended: of retrainings, of releases, and of what undoes them. */
  async running(): Promise<Execution[]> {
    const { retrainingStateMachine, releaseStateMachine, restoreStateMachine } = this.resources;
    const machines = [retrainingStateMachine, releaseStateMachine, restoreStateMachine];
    return (await Promise.all(machines.map((machine) => this.executions(machine, 'RUNNING')))).flat();
  }

  /** Lets time pass while customers ask. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= SLICE_SECONDS) {
      const slice = Math.min(SLICE_SECONDS, left);
      await this.customers.ask(Math.round((REQUESTS_A_MINUTE * slice) / 60));
      await this.person.answer();
      await this.cloud.clock.advance(slice * 1000);
    }
  }

  /** Lets an hour pass in which a workflow waits for a person, and few customers ask. */
  async passHour(): Promise<void> {
    await this.customers.ask(1);
    await this.cloud.clock.advance(HOUR);
  }

  /** Empty if somebody has deleted it. */
  async routing(): Promise<RoutingDocument> {
    const text = await this.parameter('routing').catch((error: Error) => {
      if (error.name !== 'ParameterNotFound') throw error;
    });
    return text === undefined ? emptyRouting(PIPELINE) : parseRouting(text);
  }

  async ledger(): Promise<LedgerEntry[]> {
    const keys = await this.keys('ledger/');
    return Promise.all(keys.map(async (key) => parseLedgerEntry(await this.read(key))));
  }

  async read(Key: string): Promise<string> {
    return (await this.call('s3', 'GetObject', { Bucket: this.resources.bucket, Key })).Body.toString();
  }

  /** Notices that people got since the last call. */
  async newAlerts(): Promise<string[]> {
    const alerts: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.call('sqs', 'ReceiveMessage', {
        QueueUrl: this.alerts,
        MaxNumberOfMessages: 10,
      });
      if (Messages.length === 0) return alerts;
      for (const { Body, ReceiptHandle } of Messages) {
        alerts.push((JSON.parse(Body) as { Message: string }).Message);
        await this.call('sqs', 'DeleteMessage', { QueueUrl: this.alerts, ReceiptHandle });
      }
    }
  }

  /** Deletes what the version in production is made of, as somebody who tidies up would. */
  async damage(what: Damage): Promise<void> {
    const { production } = await this.routing();
    if (!production) return;
    const { modelName: ModelName, endpointConfigName: EndpointConfigName } = production;
    const ignore = () => {};
    // What becomes of a stranger's endpoint is not the pipeline's doing.
    if (this.stranger.hasName && what !== 'delete-model' && what !== 'delete-config') return;
    this.isDamaged = true;
    switch (what) {
      case 'delete-model':
        return this.call('sagemaker', 'DeleteModel', { ModelName }).catch(ignore);
      case 'delete-config':
        return this.call('sagemaker', 'DeleteEndpointConfig', { EndpointConfigName }).catch(ignore);
      case 'delete-endpoint':
        // Unless it is just being updated.
        return this.call('sagemaker', 'DeleteEndpoint', { EndpointName: PIPELINE }).catch(ignore);
      case 'fail-endpoint':
        return this.setStatus('Failed');
      case 'fail-rollback':
        return this.setStatus('UpdateRollbackFailed');
    }
  }

  /** What AWS does by itself, and nobody can ask for. */
  private setStatus(status: EndpointStatus): void {
    const endpoints = this.cloud.table<StoredEndpoint>('sagemaker/endpoints');
    const endpoint = endpoints.get(PIPELINE);
    if (endpoint?.status !== 'InService') return;
    endpoints.set(PIPELINE, { ...endpoint, status, failureReason: 'by the schedule' });
  }

  async deleteEndpoint(EndpointName: string): Promise<void> {
    const isMissing = (error: Error) => error.name === 'ValidationException';
    await this.call('sagemaker', 'DeleteEndpoint', { EndpointName }).catch((error: Error) => {
      if (!isMissing(error)) throw error;
    });
    await this.cloud.clock.settle();
  }

  /** Brings it back to where nothing was ever released, on a whole minute. */
  async reset(): Promise<void> {
    const { endpoints, configs, models } = await this.sageMakerResources();
    for (const name of endpoints) await this.deleteEndpoint(name);
    for (const EndpointConfigName of configs) {
      await this.call('sagemaker', 'DeleteEndpointConfig', { EndpointConfigName });
    }
    for (const ModelName of models) await this.call('sagemaker', 'DeleteModel', { ModelName });
    for (const prefix of ['ledger/', 'recorded/', 'releases/', 'capture/', 'retraining/']) {
      await this.removeVersions(prefix);
    }
    await this.lost.reset();
    await this.forgetRetrainings();
    this.stranger.forget();
    this.timeouts.clear();
    await this.call('ssm', 'PutParameter', {
      Name: `/model-pipeline/${PIPELINE}/routing`,
      Value: formatRouting(emptyRouting(PIPELINE)),
      Type: 'String',
      Overwrite: true,
    });
    await this.newAlerts();
    this.customers.failures.length = 0;
    this.person.decision = undefined;
    this.isDamaged = false;
    await this.cloud.clock.advance(MINUTE - (this.cloud.clock.now() % MINUTE));
    this.begun = this.cloud.clock.now();
  }

  /** Removes what retrainings have left: versions, and what belongs to them. */
  private async forgetRetrainings(): Promise<void> {
    const registered = new Set([...this.packages.values()].map(({ modelPackageArn }) => modelPackageArn));
    const { ModelPackageSummaryList } = await this.call('sagemaker', 'ListModelPackages', {
      ModelPackageGroupName: this.resources.modelPackageGroup,
      MaxResults: 100,
    });
    for (const { ModelPackageArn } of ModelPackageSummaryList) {
      if (registered.has(ModelPackageArn)) continue;
      await this.call('sagemaker', 'DeleteModelPackage', { ModelPackageName: ModelPackageArn });
    }
    const folders = [...(await this.keys('models/')), ...(await this.keys('datasets/'))]
      .map((key) => key.split('/') as [string, string])
      .filter(([, version]) => !isRegistered(version) && version !== DATA_VERSION);
    for (const prefix of new Set(folders.map((parts) => `${parts[0]}/${parts[1]}`))) {
      await this.removeVersions(prefix);
    }
  }

  /**
   * Removes all versions but one, since the ledger does not use the numbers of entries again of which only
   * the newest is deleted.
   */
  async removeVersions(Prefix: string, kept?: string): Promise<void> {
    const { bucket: Bucket } = this.resources;
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await this.call('s3', 'ListObjectVersions', {
        Bucket,
        Prefix,
      });
      const all: { Key: string; VersionId: string }[] = [...Versions, ...DeleteMarkers];
      const found = all.filter(({ VersionId }) => VersionId !== kept);
      if (found.length === 0) return;
      for (const { Key, VersionId } of found)
        await this.call('s3', 'DeleteObject', { Bucket, Key, VersionId });
    }
  }

  /** Names of everything that releases make. The neighbour's are not among them. */
  async sageMakerResources(): Promise<Record<'endpoints' | 'configs' | 'models', string[]>> {
    const { Endpoints } = await this.call('sagemaker', 'ListEndpoints', {});
    const { EndpointConfigs } = await this.call('sagemaker', 'ListEndpointConfigs', {});
    const { Models } = await this.call('sagemaker', 'ListModels', {});
    const own = (names: string[]) => names.filter((name) => name !== NEIGHBOUR);
    return {
      endpoints: own(Endpoints.map(({ EndpointName }: { EndpointName: string }) => EndpointName)),
      configs: own(
        EndpointConfigs.map(({ EndpointConfigName }: { EndpointConfigName: string }) => EndpointConfigName),
      ),
      models: own(Models.map(({ ModelName }: { ModelName: string }) => ModelName)),
    };
  }

  /** What scales. */
  async scalableTargets(): Promise<string[]> {
    const input = { ServiceNamespace: 'sagemaker' };
    const { ScalableTargets } = await this.call('application-autoscaling', 'DescribeScalableTargets', input);
    return ScalableTargets.map(({ ResourceId }: { ResourceId: string }) => ResourceId);
  }

  async keys(Prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.call('s3', 'ListObjectsV2', {
      Bucket: this.resources.bucket,
      Prefix,
    });
    return Contents.map(({ Key }: { Key: string }) => Key);
  }

  private async subscribe(): Promise<void> {
    const queueArn = this.cloud.arn('sqs', 'alerts');
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl } = await this.call('sqs', 'CreateQueue', {
      QueueName: 'alerts',
      // Approvals take longer than the four days that SQS keeps messages by default.
      Attributes: { Policy, MessageRetentionPeriod: String(14 * 24 * 3600) },
    });
    this.alerts = QueueUrl;
    await this.call('sns', 'Subscribe', {
      TopicArn: this.resources.topic,
      Protocol: 'sqs',
      Endpoint: queueArn,
    });
  }

  private async parameter(name: string): Promise<string> {
    return (await this.call('ssm', 'GetParameter', { Name: `/model-pipeline/${PIPELINE}/${name}` })).Parameter
      .Value;
  }
}
