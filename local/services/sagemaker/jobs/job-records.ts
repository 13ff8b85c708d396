import { AwsError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import type { ResourceTable } from '../resource-table';
import { emitStateChange } from '../state-change-event';
import type { TagStore } from '../tags';

/** What events call the kinds of jobs. */
const NAMES = {
  Training: 'Training Job',
  Transform: 'Transform Job',
  Processing: 'Processing Job',
  HyperParameterTuning: 'HyperParameter Tuning Job',
};

/** Jobs of one kind, and the events that tell of their changes. */
export class JobRecords<Job extends object> {
  /** @param kind what the members of a job begin with, as in `TrainingJobName` */
  constructor(
    private readonly cloud: Cloud,
    private readonly kind: keyof typeof NAMES,
    private readonly table: ResourceTable<Job>,
    private readonly tags: TagStore,
  ) {}

  get(name: string): Job {
    return this.table.get(name);
  }

  change(name: string, news: Partial<Job>): void {
    this.table.put(name, { ...this.table.get(name), ...news });
    this.tell(name);
  }

  tell(name: string): void {
    const job = this.table.get(name);
    const arn = this.member(job, 'Arn');
    emitStateChange(this.cloud, NAMES[this.kind], arn, { ...job, Tags: this.tags.find(arn) ?? {} });
  }

  /** Names of the jobs that have not ended. */
  unfinished(): string[] {
    return this.table
      .all()
      .filter((job) => ['InProgress', 'Stopping'].includes(this.member(job, 'Status')))
      .map((job) => this.member(job, 'Name'));
  }

  /**
   * @param name as a caller wrote it
   * @returns the name of the job if it is to be told to end; undefined if it was told before
   * @throws AwsError ValidationException if there is none, or it has ended
   */
  toStop(name: string | undefined): string | undefined {
    const job = this.table.get(name);
    const status = this.member(job, 'Status');
    if (status === 'Stopping') return undefined;
    if (status === 'InProgress') return this.member(job, 'Name');
    throw new AwsError(
      'ValidationException',
      `The request was rejected because the ${NAMES[this.kind].toLowerCase()} is in status ${status}.`,
    );
  }

  private member(job: Job, name: 'Name' | 'Arn' | 'Status'): string {
    return (job as Record<string, string>)[`${this.kind}Job${name}`] as string;
  }
}
