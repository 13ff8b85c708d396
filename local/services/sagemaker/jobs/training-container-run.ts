import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricData, OutputDataConfig } from '@aws-sdk/client-sagemaker';
import { create } from 'tar';
import { trainingPaths } from '../../../containers/training-container';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { CloudWatchService } from '../../cloudwatch/cloudwatch-service';
import { LogWriter } from '../../log-writer';
import { roleEnvironment } from '../execution-role';
import { RoleStorage } from '../role-storage';
import type { TrainingJob } from '../store';
import { containerExit } from './container-exit';
import { JobFailure, shortened } from './job-failure';
import type { StartTraining, TrainingContainers } from './training-containers';
import { TrainingMetrics } from './training-metrics';

/** Settings that the SageMaker SDK sends by default. */
const WITHOUT_EFFECT = [
  'DebugHookConfig',
  'DebugRuleConfigurations',
  'ProfilerConfig',
  'ProfilerRuleConfigurations',
] as const;

/** Where checkpoints are, unless `CheckpointConfig` says otherwise. */
export const CHECKPOINTS = '/opt/ml/checkpoints';

export const TRAINING_LOG_GROUP = '/aws/sagemaker/TrainingJobs';

export interface TrainingObserver {
  onPhase(phase: 'Downloading' | 'Training' | 'Interrupted' | 'Uploading'): void;
}

/** One training job in its container: data in, script, model out. */
export class TrainingContainerRun {
  private readonly root: string;
  private readonly storage: RoleStorage;
  private readonly outputStorage: RoleStorage;
  private readonly logs: LogWriter;
  private readonly found: TrainingMetrics;
  private readonly name: string;
  private readonly roleArn: string;
  /** What takes the machine from the script that runs now. */
  private interruption = new AbortController();

  constructor(
    private readonly cloud: Cloud,
    private readonly containers: TrainingContainers,
    private readonly job: TrainingJob,
    /** Ends the container; its model is uploaded all the same. */
    private readonly signal: AbortSignal,
    private readonly observer: TrainingObserver,
  ) {
    this.name = job.TrainingJobName as string;
    this.roleArn = job.RoleArn as string;
    this.root = join(cloud.directory, 'sagemaker', 'training', randomUUID());
    const principal = rolePrincipal(this.roleArn, 'SageMaker');
    this.storage = new RoleStorage(cloud, principal);
    this.outputStorage = new RoleStorage(cloud, principal, job.OutputDataConfig?.KmsKeyId);
    const started = Math.floor(cloud.clock.now() / 1000);
    this.logs = new LogWriter(cloud, principal, TRAINING_LOG_GROUP, `${this.name}/algo-1-${started}`);
    this.found = new TrainingMetrics(job.AlgorithmSpecification?.MetricDefinitions ?? []);
  }

  /**
   * @returns address of the model; undefined if the job was told to end before its script ran
   * @throws JobFailure
   */
  async run(): Promise<string | undefined> {
    const startContainer = await this.containers.prepare(
      this.job.AlgorithmSpecification?.TrainingImage as string,
      (line) => this.logs.write([line]),
    );
    const ignored = WITHOUT_EFFECT.filter((member) => this.job[member] !== undefined);
    if (ignored.length > 0) this.logs.write([`local cloud: ${ignored.join(', ')} without effect`]);
    for (;;) {
      this.observer.onPhase('Downloading');
      const sourceArchive = await this.download();
      if (this.signal.aborted) return undefined;
      this.observer.onPhase('Training');
      await this.train(startContainer, sourceArchive);
      if (this.signal.aborted || !this.interruption.signal.aborted) break;
      this.observer.onPhase('Interrupted');
      await rm(this.root, { recursive: true, force: true });
      this.interruption = new AbortController();
    }
    this.observer.onPhase('Uploading');
    return this.upload();
  }

  /**
   * Takes the machine away: the script ends, and starts again on another one with the checkpoints that it
   * left.
   */
  interrupt(): void {
    this.interruption.abort();
  }

  metrics(): MetricData[] {
    return this.found.final();
  }

  async cleanUp(): Promise<void> {
    await this.logs.flush();
    await rm(this.root, { recursive: true, force: true });
  }

  private async download(): Promise<string | undefined> {
    const paths = trainingPaths(this.root);
    try {
      for (const { ChannelName, DataSource } of this.job.InputDataConfig ?? []) {
        const directory = paths.channel(ChannelName as string);
        await mkdir(directory, { recursive: true });
        await this.storage.download(DataSource?.S3DataSource?.S3Uri as string, directory);
      }
      const { S3Uri } = this.job.CheckpointConfig ?? {};
      if (S3Uri !== undefined) {
        await mkdir(this.checkpoints(), { recursive: true });
        await this.storage.download(S3Uri, this.checkpoints());
      }
    } catch (error) {
      throw new JobFailure(`ClientError: Data download failed: ${(error as Error).message}`);
    }
    const submitted = decoded(this.job.HyperParameters?.sagemaker_submit_directory);
    if (!submitted?.startsWith('s3://')) return undefined;
    if (this.job.EnableNetworkIsolation) {
      throw new JobFailure(
        `AlgorithmError: cannot fetch ${submitted}: the job has no network; give the archive by a channel, exit code: 1`,
      );
    }
    await mkdir(this.root, { recursive: true });
    const archive = join(this.root, 'sourcedir.tar.gz');
    try {
      await writeFile(archive, await this.storage.get(submitted));
    } catch (error) {
      throw new JobFailure(
        `AlgorithmError: cannot fetch ${submitted}: ${(error as Error).message}, exit code: 1`,
      );
    }
    return archive;
  }

  private async train(startContainer: StartTraining, sourceArchive: string | undefined): Promise<void> {
    const container = startContainer({
      root: this.root,
      image: this.job.AlgorithmSpecification?.TrainingImage as string,
      environment: {
        ...(this.job.EnableNetworkIsolation ? {} : await roleEnvironment(this.cloud, this.roleArn)),
        TRAINING_JOB_NAME: this.name,
        TRAINING_JOB_ARN: this.job.TrainingJobArn as string,
        ...this.job.Environment,
      },
      hyperparameters: this.job.HyperParameters ?? {},
      channels: Object.fromEntries(
        (this.job.InputDataConfig ?? []).map(({ ChannelName, ContentType }) => [
          ChannelName as string,
          ContentType === undefined ? {} : { contentType: ContentType },
        ]),
      ),
      sourceArchive,
      isIsolated: this.job.EnableNetworkIsolation ?? false,
      onLog: (line) => this.onLog(line),
    });
    const endings = AbortSignal.any([this.signal, this.interruption.signal]);
    const { code } = await containerExit(container, endings);
    await this.saveCheckpoints();
    if (code === 0 || endings.aborted) return;
    const failure = await readFile(trainingPaths(this.root).failure, 'utf8').catch(() => '');
    await this.uploadOutput();
    throw new JobFailure(shortened(`AlgorithmError: ${failure.trim()}`, `, exit code: ${code ?? 1}`));
  }

  private checkpoints(): string {
    return trainingPaths(this.root).local(this.job.CheckpointConfig?.LocalPath ?? CHECKPOINTS);
  }

  private async saveCheckpoints(): Promise<void> {
    const { S3Uri } = this.job.CheckpointConfig ?? {};
    if (S3Uri === undefined) return;
    try {
      await this.storage.upload(this.checkpoints(), S3Uri);
    } catch (error) {
      throw new JobFailure(`ClientError: Checkpoint upload failed: ${(error as Error).message}`);
    }
  }

  private onLog(line: string): void {
    this.logs.write([line]);
    const time = this.cloud.clock.date();
    for (const { MetricName, Value } of this.found.read(line, time)) {
      this.cloud
        .service<CloudWatchService>('monitoring')
        .record(TRAINING_LOG_GROUP, MetricName as string, { TrainingJobName: this.name }, Value as number);
    }
  }

  private async upload(): Promise<string> {
    const model = `${this.outputUri()}/model.tar.gz`;
    try {
      await this.outputStorage.put(
        model,
        await packed(trainingPaths(this.root).model, this.root),
        'application/gzip',
      );
      await this.uploadOutput();
    } catch (error) {
      throw new JobFailure(
        `ClientError: Artifact upload failed: ${(error as Error).message}. Please ensure that the role "${this.roleArn}" may write to "${this.outputUri()}".`,
      );
    }
    return model;
  }

  private async uploadOutput(): Promise<void> {
    const directory = trainingPaths(this.root).outputData;
    if ((await readdir(directory)).length === 0) return;
    const archive = await packed(directory, this.root);
    await this.outputStorage.put(`${this.outputUri()}/output.tar.gz`, archive, 'application/gzip');
  }

  private outputUri(): string {
    const { S3OutputPath } = this.job.OutputDataConfig as OutputDataConfig;
    const path = (S3OutputPath as string).replace(/\/$/, '');
    return `${path}/${this.name}/output`;
  }
}

async function packed(directory: string, scratch: string): Promise<Buffer> {
  const file = join(scratch, `${randomUUID()}.tar.gz`);
  await create({ file, cwd: directory, gzip: true, portable: true }, await readdir(directory));
  return readFile(file);
}

/** The values of framework hyperparameters are JSON. */
function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : String(JSON.parse(value));
  } catch {
    return value;
  }
}
