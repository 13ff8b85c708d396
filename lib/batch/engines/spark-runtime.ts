import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Expression, State } from '../../runtime/states';
import type { Workflow } from '../../runtime/workflow';

/** A job that runs the script of a batch. */
export interface SparkJob {
  /** `s3://` URI of the script. */
  readonly script: string;
  /** Arguments of the script by their names. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Workers that run tasks, beside the one of the driver. */
  readonly workers: number;
  /** A name that no other execution has. */
  readonly name: Expression;
}

/** A service that runs Spark. */
export interface SparkRuntime {
  /** Type of a worker, as `BatchInstances` names it. */
  readonly workerType: string;
  /** Role of the jobs. */
  readonly role: IRole;
  /** The state that runs a job, and waits for its end. */
  runState(job: SparkJob, transition: { readonly next: string; readonly catchTo: string }): State;
  /** Lets the workflow run jobs. */
  letRun(workflow: Workflow, scope: Construct): void;
}
