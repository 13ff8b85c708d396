import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import type { ProcessingS3Input, ProcessingS3Output } from '@aws-sdk/client-sagemaker';
import { processingPaths, startProcessingContainer } from '../../../containers/processing-container';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { LogWriter } from '../../log-writer';
import { roleEnvironment } from '../execution-role';
import type { PythonRuntime } from '../python-runtime';
import { RoleStorage } from '../role-storage';
import type { ProcessingJob } from '../store';
import { containerExit } from './container-exit';
import { JobFailure } from './job-failure';

const LOG_GROUP = '/aws/sagemaker/ProcessingJobs';
const LONGEST_MESSAGE_BYTES = 1024;

/** One processing job in its container: inputs in, command, outputs out. */
export class ProcessingContainerRun {
  private readonly root: string;
  private readonly storage: RoleStorage;
  private readonly outputStorage: RoleStorage;
  private readonly logs: LogWriter;
  private readonly roleArn: string;

  constructor(
    private readonly cloud: Cloud,
    private readonly python: PythonRuntime,
    private readonly job: ProcessingJob,
    /** Ends the container; nothing is uploaded then. */
    private readonly signal: AbortSignal,
  ) {
    this.roleArn = job.RoleArn as string;
    this.root = join(cloud.directory, 'sagemaker', 'processing', randomUUID());
    const principal = rolePrincipal(this.roleArn, 'SageMaker');
    this.storage = new RoleStorage(cloud, principal);
    this.outputStorage = new RoleStorage(cloud, principal, job.ProcessingOutputConfig?.KmsKeyId);
    const started = Math.floor(cloud.clock.now() / 1000);
    this.logs = new LogWriter(cloud, principal, LOG_GROUP, `${job.ProcessingJobName}/algo-1-${started}`);
  }

  /** @throws JobFailure */
  async run(): Promise<void> {
    const { python } = await this.python.prepare(this.job.AppSpecification?.ImageUri as string, (line) =>
      this.logs.write([line]),
    );
    await this.download();
    if (this.signal.aborted) return;
    const { code } = await this.process(python);
    if (this.signal.aborted) return;
    if (code !== 0) throw new JobFailure('AlgorithmError: See job logs for more information');
    await this.upload();
  }

  /**
   * The first KB of what the job left in `/opt/ml/output/message`.
   *
   * @throws JobFailure if that is not UTF-8
   */
  async exitMessage(): Promise<string | undefined> {
    const bytes = await readFile(processingPaths(this.root).message).catch(() => undefined);
    if (bytes === undefined) return undefined;
    try {
      // In a stream, the character that the cut goes through is waited for, not wrong.
      const isCut = bytes.length > LONGEST_MESSAGE_BYTES;
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, LONGEST_MESSAGE_BYTES), {
        stream: isCut,
      });
    } catch {
      throw new JobFailure('ClientError: The exit message in /opt/ml/output/message is not UTF-8.');
    }
  }

  async cleanUp(): Promise<void> {
    await this.logs.flush();
    await rm(this.root, { recursive: true, force: true });
  }

  private async download(): Promise<void> {
    for (const { S3Input } of this.job.ProcessingInputs ?? []) {
      const { S3Uri, LocalPath } = S3Input as ProcessingS3Input;
      const directory = processingPaths(this.root).local(LocalPath as string);
      try {
        await mkdir(directory, { recursive: true });
        const files = await this.storage.download(S3Uri as string, directory);
        if (files === 0) throw new Error('no objects are there');
      } catch (error) {
        throw new JobFailure(
          `ClientError: Failed to download data. Cannot download ${S3Uri}: ${(error as Error).message}`,
        );
      }
    }
  }

  private async process(python: string) {
    const { AppSpecification, Environment } = this.job;
    await mkdir(this.root, { recursive: true });
    const container = startProcessingContainer({
      root: this.root,
      command: [
        ...(AppSpecification?.ContainerEntrypoint ?? []),
        ...(AppSpecification?.ContainerArguments ?? []),
      ],
      environment: {
        ...(await roleEnvironment(this.cloud, this.roleArn)),
        PROCESSING_JOB_ARN: this.job.ProcessingJobArn as string,
        ...Environment,
      },
      job: this.configuration(),
      outputs: this.outputs().map(({ LocalPath }) => LocalPath as string),
      python,
      onLog: (line) => this.logs.write([line]),
    });
    return containerExit(container, this.signal);
  }

  private async upload(): Promise<void> {
    for (const { LocalPath, S3Uri } of this.outputs()) {
      try {
        await this.outputStorage.upload(
          processingPaths(this.root).local(LocalPath as string),
          S3Uri as string,
        );
      } catch (error) {
        throw new JobFailure(
          `ClientError: Failed to upload output. Cannot upload to ${S3Uri}: ${(error as Error).message}`,
        );
      }
    }
  }

  private outputs(): ProcessingS3Output[] {
    return (this.job.ProcessingOutputConfig?.Outputs ?? []).map(
      ({ S3Output }) => S3Output as ProcessingS3Output,
    );
  }

  private configuration(): Partial<ProcessingJob> {
    const { ProcessingJobArn, ProcessingJobName, AppSpecification, Environment, RoleArn } = this.job;
    const { ProcessingInputs, ProcessingOutputConfig, ProcessingResources, StoppingCondition } = this.job;
    return {
      ProcessingJobArn,
      ProcessingJobName,
      AppSpecification,
      Environment,
      ProcessingInputs,
      ProcessingOutputConfig,
      ProcessingResources,
      RoleArn,
      StoppingCondition,
    };
  }
}
