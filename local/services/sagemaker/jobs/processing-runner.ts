import type { ProcessingJobStatus } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../gateway/service';
import type { PythonRuntime } from '../python-runtime';
import type { ProcessingJob, Store } from '../store';
import { INTERRUPTED, JobFailure, shortened } from './job-failure';
import { JobRecords } from './job-records';
import { ProcessingContainerRun } from './processing-container-run';
import { RunningJobs } from './running-jobs';

const DEFAULT_MAX_RUNTIME_SECONDS = 86_400;

/** Runs processing jobs; `MaxRuntimeInSeconds` counts on the clock of the cloud. */
export class ProcessingRunner {
  private readonly running: RunningJobs;
  private readonly jobs: JobRecords<ProcessingJob>;

  constructor(
    private readonly cloud: Cloud,
    store: Store,
    private readonly python: PythonRuntime,
  ) {
    this.running = new RunningJobs(cloud);
    this.jobs = new JobRecords(cloud, 'Processing', store.processingJobs, store.tags);
  }

  start(name: string): void {
    this.jobs.tell(name);
    this.running.start(name, (signal) => this.run(name, signal));
  }

  /** @throws AwsError ValidationException if there is no such job, or it has ended */
  requestStop(name: string | undefined): void {
    const running = this.jobs.toStop(name);
    if (running !== undefined) this.end(running);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Jobs restored from a data folder have lost their process. */
  restore(): void {
    for (const name of this.jobs.unfinished()) this.finish(name, 'Failed', { FailureReason: INTERRUPTED });
  }

  private async run(name: string, signal: AbortSignal): Promise<void> {
    const job = this.jobs.get(name);
    const seconds = job.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_MAX_RUNTIME_SECONDS;
    const work = new ProcessingContainerRun(this.cloud, this.python, job, signal);
    this.change(name, { ProcessingStartTime: this.cloud.clock.date() });
    const timer = this.cloud.clock.after(seconds * 1000, () => {
      if (!signal.aborted) this.end(name);
    });
    const failureReason = await work.run().then(() => undefined, reasonOf);
    const exitMessage = await work.exitMessage().then(
      (ExitMessage) => ({ ExitMessage }),
      (error: Error) => ({ FailureReason: reasonOf(error) }),
    );
    timer.cancel();
    await work.cleanUp();
    if (this.running.isStopping) return;
    const news = { ...exitMessage, ...(failureReason !== undefined && { FailureReason: failureReason }) };
    if (signal.aborted) this.finish(name, 'Stopped', news);
    else this.finish(name, 'FailureReason' in news ? 'Failed' : 'Completed', news);
  }

  private end(name: string): void {
    this.change(name, { ProcessingJobStatus: 'Stopping' });
    this.running.end(name, 'Stopped');
  }

  private finish(name: string, status: ProcessingJobStatus, news: Partial<ProcessingJob>): void {
    this.change(name, {
      ...news,
      ProcessingJobStatus: status,
      ProcessingEndTime: this.cloud.clock.date(),
    });
  }

  private change(name: string, news: Partial<ProcessingJob>): void {
    this.jobs.change(name, { ...news, LastModifiedTime: this.cloud.clock.date() });
  }
}

function reasonOf(error: Error): string {
  return shortened(error instanceof JobFailure ? error.message : `InternalServerError: ${error.message}`);
}
