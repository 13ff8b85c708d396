import type { TransformInput, TransformJobStatus, TransformOutput } from '@aws-sdk/client-sagemaker';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { LogWriter } from '../../log-writer';
import {
  HealthCheckError,
  type ModelContainer,
  ModelDataError,
  type ServingContainers,
} from '../hosting/serving-containers';
import type { ServingDefinition } from '../hosting/stored-model';
import { RoleStorage } from '../role-storage';
import type { Store, TransformJob } from '../store';
import { INTERRUPTED, JobFailure, shortened } from './job-failure';
import { JobRecords } from './job-records';
import { RunningJobs } from './running-jobs';
import { assembled, PayloadTooLargeError, payloads } from './transform-payloads';

const LOG_GROUP = '/aws/sagemaker/TransformJobs';
const HEALTH_CHECK_SECONDS = 480;
const DEFAULT_PAYLOAD_MB = 6;
const SEE_LOGS = 'See job logs for more information';

/** Runs batch transform jobs in the container that would serve the model. */
export class TransformRunner {
  private readonly running: RunningJobs;
  private readonly jobs: JobRecords<TransformJob>;

  constructor(
    private readonly cloud: Cloud,
    store: Store,
    private readonly containers: ServingContainers,
  ) {
    this.running = new RunningJobs(cloud);
    this.jobs = new JobRecords(cloud, 'Transform', store.transformJobs, store.tags);
  }

  start(name: string, serving: ServingDefinition): void {
    this.jobs.tell(name);
    this.running.start(name, (signal) => this.run(name, serving, signal));
  }

  /** @throws AwsError ValidationException if there is no such job, or it has ended */
  requestStop(name: string | undefined): void {
    const running = this.jobs.toStop(name);
    if (running === undefined) return;
    this.jobs.change(running, { TransformJobStatus: 'Stopping' });
    this.running.end(running, 'Stopped');
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Jobs restored from a data folder have lost their process. */
  restore(): void {
    for (const name of this.jobs.unfinished()) this.finish(name, 'Failed', INTERRUPTED);
  }

  private async run(name: string, serving: ServingDefinition, signal: AbortSignal): Promise<void> {
    const job = this.jobs.get(name);
    const stream = `${name}/i-${this.cloud.id(17, 'hex')}-${Math.floor(this.cloud.clock.now() / 1000)}`;
    const principal = rolePrincipal(serving.roleArn, 'SageMaker');
    const dataLog = new LogWriter(this.cloud, principal, LOG_GROUP, `${stream}/data-log`);
    let container: ModelContainer | undefined;
    try {
      this.jobs.change(name, { TransformStartTime: this.cloud.clock.date() });
      container = await this.containers.start({
        serving: {
          ...serving,
          environment: { ...serving.environment, ...job.Environment, ...batchEnvironment(job) },
        },
        logGroup: LOG_GROUP,
        logStream: stream,
        healthCheckSeconds: HEALTH_CHECK_SECONDS,
        signal,
      });
      await this.transform(
        job,
        container,
        new RoleStorage(this.cloud, principal, job.TransformOutput?.KmsKeyId),
        dataLog,
        signal,
      );
      if (!signal.aborted) this.finish(name, 'Completed');
    } catch (error) {
      if (!signal.aborted) this.finish(name, 'Failed', shortened(reasonOf(error as Error)));
    } finally {
      await container?.kill();
      await dataLog.flush();
    }
    if (signal.aborted && !this.running.isStopping) this.finish(name, 'Stopped');
  }

  private async transform(
    job: TransformJob,
    container: ModelContainer,
    storage: RoleStorage,
    dataLog: LogWriter,
    signal: AbortSignal,
  ): Promise<void> {
    const input = job.TransformInput as TransformInput;
    const output = job.TransformOutput as TransformOutput;
    const prefix = input.DataSource?.S3DataSource?.S3Uri as string;
    const files = await storage.list(prefix);
    if (files.length === 0)
      throw new JobFailure(`ClientError: No S3 objects found under S3 URL "${prefix}".`);
    const settings = {
      isSplit: input.SplitType === 'Line',
      isMultiRecord: job.BatchStrategy !== 'SingleRecord',
      maxBytes: (job.MaxPayloadInMB ?? DEFAULT_PAYLOAD_MB) * 1024 * 1024,
    };
    for (const { uri, path } of files) {
      const answers: Buffer[] = [];
      for (const body of payloads(await storage.get(uri), settings)) {
        if (signal.aborted) return;
        const answer = await container.invoke({
          body,
          contentType: input.ContentType,
          accept: output.Accept,
        });
        if (signal.aborted) return;
        if (answer.status < 200 || answer.status >= 300) {
          const kind = answer.status >= 400 && answer.status < 500 ? 'ClientError' : 'AlgorithmError';
          dataLog.write([
            `[sagemaker logs]: ${uri.slice('s3://'.length)}: ${kind}: ${answer.status}`,
            `[sagemaker logs]: ${uri.slice('s3://'.length)}: Message: ${answer.body.toString('utf8')}`,
          ]);
          throw new JobFailure(`${kind}: ${SEE_LOGS}`);
        }
        answers.push(answer.body);
      }
      const folder = (output.S3OutputPath as string).replace(/\/$/, '');
      await storage.put(
        `${folder}/${path}.out`,
        assembled(answers, output.AssembleWith === 'Line'),
        output.Accept,
      );
    }
  }

  private finish(name: string, status: TransformJobStatus, reason?: string): void {
    this.jobs.change(name, {
      TransformJobStatus: status,
      TransformEndTime: this.cloud.clock.date(),
      FailureReason: reason,
    });
  }
}

function reasonOf(error: Error): string {
  if (error instanceof JobFailure) return error.message;
  if (error instanceof ModelDataError) return `ClientError: Failed to download model data: ${error.message}`;
  if (error instanceof HealthCheckError) return `AlgorithmError: ${SEE_LOGS}`;
  if (error instanceof PayloadTooLargeError) return `ClientError: ${error.message}`;
  return `ClientError: ${error.message}`;
}

/**
 * By which a container knows that it scores a batch: AWS's XGBoost image ends its last line then.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
 */
function batchEnvironment({ BatchStrategy, MaxPayloadInMB }: TransformJob): Record<string, string> {
  return {
    SAGEMAKER_BATCH: 'true',
    SAGEMAKER_BATCH_STRATEGY: BatchStrategy === 'SingleRecord' ? 'SINGLE_RECORD' : 'MULTI_RECORD',
    SAGEMAKER_MAX_PAYLOAD_IN_MB: String(MaxPayloadInMB ?? DEFAULT_PAYLOAD_MB),
  };
}
