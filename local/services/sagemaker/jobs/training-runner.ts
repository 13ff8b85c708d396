import type { SecondaryStatus, TrainingJobStatus } from '@aws-sdk/client-sagemaker';
import type { Timer } from '../../../gateway/clock';
import type { Cloud } from '../../../gateway/service';
import type { Store, TrainingJob } from '../store';
import { INTERRUPTED, JobFailure, shortened } from './job-failure';
import { JobRecords } from './job-records';
import { RunningJobs } from './running-jobs';
import { TrainingContainerRun } from './training-container-run';
import type { TrainingContainers } from './training-containers';

/** Why a job was told to end. */
type EndReason = 'Stopped' | 'MaxRuntimeExceeded' | 'MaxWaitTimeExceeded';

export const DEFAULT_MAX_RUNTIME_SECONDS = 86_400;

const MESSAGES: Readonly<Record<string, string>> = {
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Interrupted: 'The managed spot training instance was taken away',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds provided',
  MaxWaitTimeExceeded: 'Training job exceeded MaxWaitTimeInSeconds provided',
};

const ENDS: readonly SecondaryStatus[] = [
  'Completed',
  'Failed',
  'Stopped',
  'MaxRuntimeExceeded',
  'MaxWaitTimeExceeded',
];

/** Runs training jobs; their limits count on the clock of the cloud. */
export class TrainingRunner {
  private readonly running: RunningJobs;
  private readonly jobs: JobRecords<TrainingJob>;
  private readonly spot = new Map<string, TrainingContainerRun>();

  constructor(
    private readonly cloud: Cloud,
    store: Store,
    private readonly containers: TrainingContainers,
  ) {
    this.running = new RunningJobs(cloud);
    this.jobs = new JobRecords(cloud, 'Training', store.trainingJobs, store.tags);
  }

  start(name: string): void {
    this.jobs.tell(name);
    this.running.start(name, (signal) => this.run(name, signal));
  }

  /** @throws AwsError ValidationException if there is no such job, or it has ended */
  requestStop(name: string | undefined): void {
    const running = this.jobs.toStop(name);
    if (running !== undefined) this.end(running, 'Stopped');
  }

  /**
   * Takes the machine of a managed spot training, as AWS does when it needs it.
   *
   * @throws Error if the job does not train on one
   */
  interrupt(name: string): void {
    const run = this.spot.get(name);
    if (!run || this.jobs.get(name).SecondaryStatus !== 'Training')
      throw new Error(`the training job '${name}' does not train on a spot instance now`);
    run.interrupt();
  }

  /** Resolves when a job has ended. */
  finished(name: string): Promise<void> {
    return this.running.finished(name);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Jobs restored from a data folder have lost their process. */
  restore(): void {
    for (const name of this.jobs.unfinished())
      this.finish(name, 'Failed', 'Failed', { FailureReason: INTERRUPTED });
  }

  private end(name: string, reason: EndReason): void {
    this.advance(name, 'Stopping', { TrainingJobStatus: 'Stopping' });
    this.running.end(name, reason);
  }

  private async run(name: string, signal: AbortSignal): Promise<void> {
    const job = this.jobs.get(name);
    const { MaxRuntimeInSeconds = DEFAULT_MAX_RUNTIME_SECONDS, MaxWaitTimeInSeconds } =
      job.StoppingCondition ?? {};
    const timers: Timer[] = [];
    const limit = (seconds: number, reason: EndReason) => {
      const end = () => {
        if (!signal.aborted) this.end(name, reason);
      };
      timers.push(this.cloud.clock.after(seconds * 1000, end));
    };
    let hasBegun = false;
    const work = new TrainingContainerRun(this.cloud, this.containers, job, signal, {
      onPhase: (phase) => {
        if (signal.aborted) return;
        this.advance(name, phase, hasBegun ? {} : { TrainingStartTime: this.cloud.clock.date() });
        if (!hasBegun) limit(MaxRuntimeInSeconds, 'MaxRuntimeExceeded');
        hasBegun = true;
      },
    });
    if (MaxWaitTimeInSeconds !== undefined) limit(MaxWaitTimeInSeconds, 'MaxWaitTimeExceeded');
    if (job.EnableManagedSpotTraining) this.spot.set(name, work);
    try {
      const artifacts = await work.run();
      if (this.running.isStopping) return;
      const news = {
        ModelArtifacts: artifacts === undefined ? undefined : { S3ModelArtifacts: artifacts },
        FinalMetricDataList: work.metrics(),
      };
      if (signal.aborted) this.finish(name, 'Stopped', signal.reason as EndReason, news);
      else this.finish(name, 'Completed', 'Completed', news);
    } catch (error) {
      if (this.running.isStopping) return;
      const reason =
        error instanceof JobFailure ? error.message : `InternalServerError: ${(error as Error).message}`;
      this.finish(name, 'Failed', 'Failed', {
        FailureReason: shortened(reason),
        FinalMetricDataList: work.metrics(),
      });
    } finally {
      for (const timer of timers) timer.cancel();
      this.spot.delete(name);
      await work.cleanUp();
    }
  }

  private finish(
    name: string,
    status: TrainingJobStatus,
    secondaryStatus: SecondaryStatus,
    news: Partial<TrainingJob>,
  ): void {
    const end = this.cloud.clock.date();
    const { TrainingStartTime: start = end } = this.jobs.get(name);
    const seconds = Math.round((end.getTime() - start.getTime()) / 1000);
    this.advance(name, secondaryStatus, {
      ...news,
      TrainingJobStatus: status,
      TrainingEndTime: end,
      TrainingTimeInSeconds: seconds,
      BillableTimeInSeconds: seconds,
    });
  }

  private advance(name: string, secondaryStatus: SecondaryStatus, news: Partial<TrainingJob>): void {
    const job = this.jobs.get(name);
    const now = this.cloud.clock.date();
    const former = job.SecondaryStatusTransitions ?? [];
    const last = former.at(-1);
    const isEnd = ENDS.includes(secondaryStatus);
    this.jobs.change(name, {
      ...news,
      SecondaryStatus: secondaryStatus,
      LastModifiedTime: now,
      SecondaryStatusTransitions: [
        ...former.slice(0, -1),
        ...(last ? [{ ...last, EndTime: now }] : []),
        {
          Status: secondaryStatus,
          StartTime: now,
          ...(isEnd && { EndTime: now }),
          StatusMessage: news.FailureReason ?? MESSAGES[secondaryStatus],
        },
      ],
    });
  }
}
