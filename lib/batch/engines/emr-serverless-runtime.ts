import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { arn } from '../../runtime/arn';
import { run, type State } from '../../runtime/states';
import type { Workflow } from '../../runtime/workflow';
import type { EmrServerlessJobOptions } from '../spark-jobs';
import type { SparkJob, SparkRuntime } from './spark-runtime';

/**
 * Of 16 GB, a tenth of Spark's memory, and 384 MB at least, is left to Python.
 *
 * @see https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-spark.html
 */
const WORKER = { cores: 4, memory: '14g' };

/** EMR Serverless, by its optimized integration. */
export class EmrServerlessRuntime implements SparkRuntime {
  readonly workerType = 'emr-serverless.4vcpu-16gb';
  readonly role: IRole;

  constructor(
    private readonly applicationId: string,
    private readonly options: EmrServerlessJobOptions,
  ) {
    this.role = options.role;
  }

  runState(job: SparkJob, transition: { readonly next: string; readonly catchTo: string }): State {
    const { cores, memory } = WORKER;
    const settings = {
      'spark.driver.cores': cores,
      'spark.driver.memory': memory,
      'spark.executor.cores': cores,
      'spark.executor.memory': memory,
      'spark.executor.instances': job.workers,
      'spark.dynamicAllocation.enabled': false,
    };
    const parameters = Object.entries(settings).map(([name, value]) => `--conf ${name}=${value}`);
    return run(
      'emr-serverless:startJobRun.sync',
      {
        ApplicationId: this.applicationId,
        // A call that is repeated starts no second job: `clientToken` of StartJobRun.
        ClientToken: job.name,
        Name: job.name,
        ExecutionRoleArn: this.role.roleArn,
        JobDriver: {
          SparkSubmit: {
            EntryPoint: job.script,
            EntryPointArguments: Object.entries(job.arguments).flat(),
            SparkSubmitParameters: [...parameters, this.options.sparkSubmitParameters ?? ''].join(' ').trim(),
          },
        },
      },
      transition,
    );
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr-serverless.html */
  letRun(workflow: Workflow, scope: Construct): void {
    const application = arn(scope, 'emr-serverless', `/applications/${this.applicationId}`);
    workflow
      .allow(['emr-serverless:StartJobRun'], [application])
      .allow(['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'], [`${application}/jobruns/*`])
      .allow(['iam:PassRole'], [this.role.roleArn], {
        StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' },
      })
      .allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        [arn(scope, 'events', 'rule/StepFunctionsGetEventsForEMRServerlessJobRule')],
      );
  }
}
