import type {
  CreateTrainingJobCommandInput,
  HyperParameterTuningJobStatus,
  ParameterRanges,
} from '@aws-sdk/client-sagemaker';
import { RandomSource } from '../../../gateway/random-source';
import type { Cloud } from '../../../gateway/service';
import type { Store, TuningJob } from '../store';
import { type Places, placesNear, randomPlaces, valuesAt } from './hyperparameter-search';
import { INTERRUPTED, JobFailure, shortened } from './job-failure';
import { JobRecords } from './job-records';
import { RunningJobs } from './running-jobs';
import type { TrainingRunner } from './training-runner';
import { progressOf, type TuningRequest, trainingRequest, trainingsOf } from './tuning-trainings';

/** So many trainings fail before AWS gives up, if none has succeeded. */
const MOST_FAILURES = 5;

/**
 * So many trainings of the strategy `Bayesian` have values by chance, before others are near the best of
 * them.
 */
const FIRST_BY_CHANCE = 3;

/**
 * Runs hyperparameter tuning jobs: real training jobs, a few at a time, with values by a seed. What AWS does
 * by `Bayesian` it does not publish: here, values are near those of the best training so far.
 */
export class TuningRunner {
  private readonly running: RunningJobs;
  private readonly jobs: JobRecords<TuningJob>;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: Store,
    private readonly training: TrainingRunner,
    private readonly createTrainingJob: (input: CreateTrainingJobCommandInput) => Promise<unknown>,
  ) {
    this.running = new RunningJobs(cloud);
    this.jobs = new JobRecords(cloud, 'HyperParameterTuning', store.tuningJobs, store.tags);
  }

  start(name: string): void {
    this.jobs.tell(name);
    this.running.start(name, (signal) => this.run(name, signal));
  }

  /** @throws AwsError ValidationException if there is no such job, or it has ended */
  requestStop(name: string | undefined): void {
    const running = this.jobs.toStop(name);
    if (running === undefined) return;
    this.change(running, { HyperParameterTuningJobStatus: 'Stopping' });
    this.running.end(running, 'Stopped');
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Jobs restored from a data folder have lost their trainings. */
  restore(): void {
    for (const name of this.jobs.unfinished()) this.finish(name, 'Failed', INTERRUPTED);
  }

  private async run(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.search(name, signal);
      if (this.running.isStopping) return;
      this.finish(name, signal.aborted ? 'Stopped' : 'Completed');
    } catch (error) {
      const { message } = error as Error;
      const reason = error instanceof JobFailure ? message : `InternalServerError: ${message}`;
      if (!this.running.isStopping) this.finish(name, 'Failed', shortened(reason));
    }
  }

  private async search(name: string, signal: AbortSignal): Promise<void> {
    const request = this.jobs.get(name) as TuningRequest;
    const { Strategy, ResourceLimits, ParameterRanges, RandomSeed } = request.HyperParameterTuningJobConfig;
    const { MaxNumberOfTrainingJobs = 1, MaxParallelTrainingJobs = 1 } = ResourceLimits ?? {};
    const random = new RandomSource(RandomSeed ?? Math.floor(this.cloud.random() * 2 ** 31));
    const ranges = ParameterRanges as ParameterRanges;
    const tried = new Map<string, Places>();
    const next = () => {
      const best = tried.get(this.jobs.get(name).BestTrainingJob?.TrainingJobName ?? '');
      const isBySeedAlone = Strategy === 'Random' || tried.size < FIRST_BY_CHANCE || !best;
      return isBySeedAlone ? randomPlaces(ranges, random) : placesNear(best, random);
    };
    let begun = 0;
    const worker = async () => {
      while (begun < MaxNumberOfTrainingJobs && !signal.aborted && !this.isHopeless(name)) {
        begun += 1;
        const places = next();
        const training = `${name}-${String(begun).padStart(3, '0')}-${this.cloud.id(8, 'hex')}`;
        tried.set(training, places);
        await this.train(name, training, valuesAt(places, ranges), signal);
      }
    };
    await Promise.all(Array.from({ length: MaxParallelTrainingJobs }, worker));
    if (!signal.aborted && !this.jobs.get(name).BestTrainingJob) {
      throw new JobFailure(
        `No training job succeeded after ${begun} attempts. For additional details, please take a look at the training job failures by listing training jobs for the hyperparameter tuning job.`,
      );
    }
  }

  private async train(
    name: string,
    trainingName: string,
    values: Record<string, string>,
    signal: AbortSignal,
  ): Promise<void> {
    const job = this.jobs.get(name);
    await this.createTrainingJob(trainingRequest(job as TuningRequest, trainingName, values));
    const { trainingJobs } = this.store;
    trainingJobs.put(trainingName, {
      ...trainingJobs.get(trainingName),
      TuningJobArn: job.HyperParameterTuningJobArn,
    });
    this.change(name, {});
    const stop = () => {
      if (trainingJobs.get(trainingName).TrainingJobStatus === 'InProgress')
        this.training.requestStop(trainingName);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    await this.training.finished(trainingName);
    signal.removeEventListener('abort', stop);
    if (!this.running.isStopping) this.change(name, {});
  }

  private isHopeless(name: string): boolean {
    const { ObjectiveStatusCounters: { Succeeded = 0, Failed = 0 } = {} } = this.jobs.get(name);
    return Succeeded === 0 && Failed >= MOST_FAILURES;
  }

  private finish(name: string, status: HyperParameterTuningJobStatus, reason?: string): void {
    this.change(name, {
      HyperParameterTuningJobStatus: status,
      HyperParameterTuningEndTime: this.cloud.clock.date(),
      FailureReason: reason,
    });
  }

  private change(name: string, news: Partial<TuningJob>): void {
    this.jobs.change(name, {
      ...news,
      ...progressOf(trainingsOf(this.store, this.jobs.get(name))),
      LastModifiedTime: this.cloud.clock.date(),
    });
  }
}
