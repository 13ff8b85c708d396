import type { EndpointStatus } from '@aws-sdk/client-sagemaker';
import { type LedgerEntry, parseLedgerEntry } from '../../lambda/domain/ledger';
import { emptyRouting, formatRouting, parseRouting, type RoutingDocument } from '../../lambda/domain/routing';
import type { FaultOptions } from '../../local/gateway/faults';
import { LocalCloud } from '../../local/local-cloud';
import type { StoredEndpoint } from '../../local/services/sagemaker/hosting/stored-endpoint';
import { inProcessFunctions } from './in-process-functions';
import { inProcessModels, SAMPLE, VERSIONS } from './in-process-models';
import { ASSETS, PIPELINE, publishStack, STACK, type Strategy } from './rehearsed-stack';
import type { Damage } from './schedule';

const DATA_VERSION = '0123456789abcdef';
const MINUTE = 60_000;
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3';
const REQUESTS_A_MINUTE = 24;
const SLICE_SECONDS = 15;

interface Resources {
  readonly bucket: string;
  readonly topic: string;
  readonly rollbackFunction: string;
  readonly approvalFunction?: string;
  readonly releaseStateMachine: string;
  readonly restoreStateMachine: string;
}

export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
}

/**
 * A pipeline on a local cloud in this process: its template, its state machines, its functions and the services are those of
 * every deployment; only the models are pretended, and nothing runs in a process of its own.
 */
export class RehearsedPipeline {
  readonly cloud = new LocalCloud({
    clock: { rate: 0, start: new Date('2026-11-25T10:00:00Z') },
    runtimes: { functions: inProcessFunctions, models: inProcessModels },
  });
  resources!: Resources;
  private alerts!: string;
  /** Requests of customers that failed, though no model was asked that fails, and nobody had broken the endpoint. */
  readonly failures: string[] = [];
  /** What a person answers as soon as a release asks. */
  answer: 'approve' | 'reject' | undefined;
  /** Whether somebody has broken what is in production. */
  isDamaged = false;

  constructor(private readonly strategy: Strategy) {}

  async start(): Promise<void> {
    await this.cloud.start();
    await this.call('s3', 'CreateBucket', { Bucket: ASSETS });
    const template = await publishStack(this, this.strategy);
    await this.call('cloudformation', 'CreateStack', {
      StackName: STACK,
      TemplateBody: template,
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    });
    let status: string;
    do {
      await this.cloud.clock.advance(1_000);
      const { Stacks } = await this.call('cloudformation', 'DescribeStacks', { StackName: STACK });
      status = Stacks[0].StackStatus;
    } while (status.endsWith('IN_PROGRESS'));
    if (status !== 'CREATE_COMPLETE') {
      const { StackEvents } = await this.call('cloudformation', 'DescribeStackEvents', { StackName: STACK });
      throw new Error(`the stack is ${status}: ${JSON.stringify(StackEvents)}`);
    }
    this.resources = JSON.parse(await this.parameter('resources'));
    await this.register();
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

  /** Starts a release; `production` is what a deployment with other hosting settings asks for. */
  async startRelease(modelVersion: string): Promise<string> {
    const { executionArn } = await this.call('states', 'StartExecution', {
      stateMachineArn: this.resources.releaseStateMachine,
      input: JSON.stringify({
        modelVersion,
        reason: 'a schedule',
        ...(modelVersion === 'production' && { waitForOthers: true }),
      }),
    });
    return executionArn;
  }

  /** Asks the pipeline's own function for a rollback; whether it did. */
  async rollBack(): Promise<boolean> {
    const { FunctionError } = await this.call('lambda', 'Invoke', {
      FunctionName: this.resources.rollbackFunction,
      Payload: Buffer.from('{}'),
    });
    return FunctionError === undefined;
  }

  /** Ends an execution as somebody in a console would. */
  kill(executionArn: string): Promise<void> {
    return this.call('states', 'StopExecution', { executionArn, error: 'Killed', cause: 'by the schedule' });
  }

  /** The newest executions of a workflow, perhaps those of one status. */
  async executions(stateMachineArn: string, statusFilter?: string): Promise<Execution[]> {
    const input = { stateMachineArn, statusFilter, maxResults: 100 };
    return (await this.call('states', 'ListExecutions', input)).executions;
  }

  /** Workflows that have not ended: of releases, and of what undoes them. */
  async running(): Promise<Execution[]> {
    const { releaseStateMachine, restoreStateMachine } = this.resources;
    const machines = [releaseStateMachine, restoreStateMachine];
    return (await Promise.all(machines.map((machine) => this.executions(machine, 'RUNNING')))).flat();
  }

  /** Lets time pass while customers ask. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= SLICE_SECONDS) {
      const slice = Math.min(SLICE_SECONDS, left);
      await this.askEndpoint(Math.round((REQUESTS_A_MINUTE * slice) / 60));
      await this.answerIfAsked();
      await this.cloud.clock.advance(slice * 1000);
    }
  }

  async routing(): Promise<RoutingDocument> {
    return parseRouting(await this.parameter('routing'));
  }

  async ledger(): Promise<LedgerEntry[]> {
    const keys = await this.keys('ledger/');
    return Promise.all(keys.map(async (key) => parseLedgerEntry(await this.read(key))));
  }

  async read(Key: string): Promise<string> {
    return (await this.call('s3', 'GetObject', { Bucket: this.resources.bucket, Key })).Body.toString();
  }

  /** What people were told since the last call. */
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

  private async answerIfAsked(): Promise<void> {
    const { approvalFunction } = this.resources;
    if (!this.answer || !approvalFunction) return;
    const { FunctionError } = await this.call('lambda', 'Invoke', {
      FunctionName: approvalFunction,
      Payload: Buffer.from(JSON.stringify({ decision: this.answer, by: 'somebody' })),
    });
    if (FunctionError === undefined) this.answer = undefined;
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
    for (const Prefix of ['ledger/', 'releases/', 'capture/']) {
      for (const Key of await this.keys(Prefix)) {
        await this.call('s3', 'DeleteObject', { Bucket: this.resources.bucket, Key });
      }
    }
    await this.call('ssm', 'PutParameter', {
      Name: `/model-pipeline/${PIPELINE}/routing`,
      Value: formatRouting(emptyRouting(PIPELINE)),
      Overwrite: true,
    });
    await this.newAlerts();
    this.failures.length = 0;
    this.answer = undefined;
    this.isDamaged = false;
    await this.cloud.clock.advance(MINUTE - (this.cloud.clock.now() % MINUTE));
  }

  /** Names of everything that releases make. */
  async sageMakerResources(): Promise<Record<'endpoints' | 'configs' | 'models', string[]>> {
    const { Endpoints } = await this.call('sagemaker', 'ListEndpoints', {});
    const { EndpointConfigs } = await this.call('sagemaker', 'ListEndpointConfigs', {});
    const { Models } = await this.call('sagemaker', 'ListModels', {});
    return {
      endpoints: Endpoints.map(({ EndpointName }: { EndpointName: string }) => EndpointName),
      configs: EndpointConfigs.map(
        ({ EndpointConfigName }: { EndpointConfigName: string }) => EndpointConfigName,
      ),
      models: Models.map(({ ModelName }: { ModelName: string }) => ModelName),
    };
  }

  /** What scales. */
  async scalableTargets(): Promise<string[]> {
    const input = { ServiceNamespace: 'sagemaker' };
    const { ScalableTargets } = await this.call('application-autoscaling', 'DescribeScalableTargets', input);
    return ScalableTargets.map(({ ResourceId }: { ResourceId: string }) => ResourceId);
  }

  private async keys(Prefix: string): Promise<string[]> {
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
      Attributes: { Policy },
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

  private async askEndpoint(requests: number): Promise<void> {
    const { production } = await this.routing();
    if (!production) return;
    for (let request = 0; request < requests; request++) {
      const Body = Buffer.from(`1,${request}`);
      const asked = { EndpointName: PIPELINE, ContentType: 'text/csv', Accept: 'text/csv', Body };
      await this.call('sagemaker-runtime', 'InvokeEndpoint', asked).catch(({ name, message }: Error) => {
        if (name !== 'ModelError' && !this.isDamaged) this.failures.push(`${name}: ${message}`);
      });
    }
  }

  /** What retrainings would have left: registered versions, their archives, samples. */
  private async register(): Promise<void> {
    const { bucket } = this.resources;
    const put = (Key: string, Body: string) =>
      this.call('s3', 'PutObject', { Bucket: bucket, Key, Body: Buffer.from(Body) });
    await put(`datasets/${DATA_VERSION}/samples.csv`, `${SAMPLE}\n`);
    for (const modelVersion of Object.keys(VERSIONS)) {
      await put(`models/${modelVersion}/model.tar.gz`, 'pretended');
      await this.call('sagemaker', 'CreateModelPackage', {
        ModelPackageGroupName: PIPELINE,
        ModelApprovalStatus: 'Approved',
        InferenceSpecification: {
          Containers: [
            {
              Image: IMAGE,
              ModelDataUrl: `s3://${bucket}/models/${modelVersion}/model.tar.gz`,
              Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
            },
          ],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        CustomerMetadataProperties: { modelVersion, dataVersion: DATA_VERSION },
      });
    }
  }
}
