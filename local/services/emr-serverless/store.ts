import type { Application, JobRun } from '@aws-sdk/client-emr-serverless';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';

/** A job run, and by which token it was started. */
export interface StoredJobRun extends Omit<JobRun, 'jobDriver'> {
  readonly clientToken: string;
  /** As the wire has it. */
  readonly jobDriver: { readonly sparkSubmit: SparkSubmitted };
}

export interface SparkSubmitted {
  readonly entryPoint: string;
  readonly entryPointArguments?: readonly string[];
  readonly sparkSubmitParameters?: string;
}

const ENDED: readonly unknown[] = ['SUCCESS', 'FAILED', 'CANCELLED'];

/** Applications and their job runs. */
export class Store {
  readonly applications: Map<string, Application>;
  private readonly jobRuns: Map<string, StoredJobRun>;

  constructor(private readonly cloud: Cloud) {
    this.applications = cloud.table<Application>('emr-serverless-applications');
    this.jobRuns = cloud.table<StoredJobRun>('emr-serverless-job-runs');
  }

  /** @throws AwsError ResourceNotFoundException */
  application(id: string | undefined): Application {
    const found = this.applications.get(id as string);
    if (!found) throw new AwsError('ResourceNotFoundException', `Application ${id} does not exist`);
    return found;
  }

  /** @throws AwsError ResourceNotFoundException */
  jobRun(applicationId: string | undefined, id: string | undefined): StoredJobRun {
    const application = this.application(applicationId);
    const found = this.jobRuns.get(id as string);
    if (found && found.applicationId === application.applicationId) return found;
    throw new AwsError('ResourceNotFoundException', `Job run ${id} does not exist`);
  }

  /** The run that a request with the same token has started. */
  startedBy(applicationId: string, clientToken: string): StoredJobRun | undefined {
    return [...this.jobRuns.values()].find(
      (run) => run.applicationId === applicationId && run.clientToken === clientToken,
    );
  }

  /** Runs that have not ended. */
  running(applicationId?: string): StoredJobRun[] {
    return [...this.jobRuns.values()].filter(
      (run) => !hasEnded(run) && (applicationId === undefined || run.applicationId === applicationId),
    );
  }

  put(run: StoredJobRun): void {
    this.jobRuns.set(run.jobRunId as string, run);
  }

  change(id: string, news: Partial<StoredJobRun>): void {
    const run = this.jobRuns.get(id) as StoredJobRun;
    this.jobRuns.set(id, { ...run, ...news, updatedAt: this.cloud.clock.date() });
  }
}

export function hasEnded({ state }: Pick<StoredJobRun, 'state'>): boolean {
  return ENDED.includes(state);
}
