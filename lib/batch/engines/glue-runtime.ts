import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { arn } from '../../runtime/arn';
import { run, type State } from '../../runtime/states';
import type { Workflow } from '../../runtime/workflow';
import type { GlueJobOptions } from '../spark-jobs';
import type { SparkJob, SparkRuntime } from './spark-runtime';

/** Glue, by its optimized integration. */
export class GlueRuntime implements SparkRuntime {
  readonly workerType = 'glue.G.1X';
  readonly role: IRole;

  constructor(
    private readonly jobName: string,
    private readonly options: GlueJobOptions,
  ) {
    this.role = options.role;
  }

  /**
   * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html for `--scriptLocation`
   * and `--additional-python-modules`
   */
  runState(job: SparkJob, transition: { readonly next: string; readonly catchTo: string }): State {
    return run(
      'glue:startJobRun.sync',
      {
        JobName: this.jobName,
        Arguments: {
          '--scriptLocation': job.script,
          '--additional-python-modules': this.options.pythonModules ?? 'onnxruntime',
          ...job.arguments,
        },
        WorkerType: 'G.1X',
        // One of them has the driver.
        NumberOfWorkers: job.workers + 1,
      },
      transition,
    );
  }

  /**
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html, and CDK's own GlueStartJobRun
   */
  letRun(workflow: Workflow, scope: Construct): void {
    workflow.allow(
      ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
      [arn(scope, 'glue', `job/${this.jobName}`)],
    );
  }
}
