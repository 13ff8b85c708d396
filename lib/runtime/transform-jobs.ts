import type { IRole } from 'aws-cdk-lib/aws-iam';
import { allowEncryptedVolumes, volumeKey } from '../platform/encryption';
import { arn } from './arn';
import { taggedBy } from './ownership';
import type { FunctionContext } from './part-context';
import { call, create, job, type States } from './states';
import type { Workflow } from './workflow';

/** Names of states. */
export interface TransformStateNames {
  readonly createModel: string;
  readonly transform: string;
  /** Deletes the model after a failure. */
  readonly discardModel: string;
}

/** A job and the model that is made for it; texts may be JSONata. */
export interface Transform {
  readonly context: FunctionContext;
  readonly modelName: string;
  readonly roleArn: string;
  readonly container: object;
  /** Whether the container has no network. */
  readonly isIsolated: boolean | string;
  readonly jobName: string;
  /** `s3://` URI of a file, or the prefix of several: CSV without a header. */
  readonly input: string;
  /** `s3://` URI of the prefix of its answers. */
  readonly output: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  /** Of the model and of the job. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/**
 * Makes a model and has a batch transform job score CSV with it, line by line. The model stays for the states
 * at `next`, which delete it.
 */
export function transformStates(
  names: TransformStateNames,
  transform: Transform,
  { next, catchTo }: { readonly next: string; readonly catchTo: string },
): States {
  const { context, instanceType } = transform;
  const { network, encryptionKey } = context.platform;
  const model = { ModelName: transform.modelName };
  return {
    ...create(
      names.createModel,
      'sagemaker:createModel',
      {
        ...model,
        ExecutionRoleArn: transform.roleArn,
        PrimaryContainer: transform.container,
        EnableNetworkIsolation: transform.isIsolated,
        VpcConfig: network?._vpcConfig(),
        Tags: transform.tags,
      },
      // The model may be there all the same: each answer may have been lost.
      { next: names.transform, catchTo: names.discardModel },
    ),
    ...job(
      names.transform,
      'TransformJob',
      {
        TransformJobName: transform.jobName,
        ...model,
        BatchStrategy: 'MultiRecord',
        MaxPayloadInMB: 6,
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: transform.input } },
          ContentType: 'text/csv',
          SplitType: 'Line',
        },
        TransformOutput: {
          S3OutputPath: transform.output,
          Accept: 'text/csv',
          AssembleWith: 'Line',
          KmsKeyId: encryptionKey?.keyArn,
        },
        TransformResources: {
          InstanceType: instanceType,
          InstanceCount: transform.instanceCount,
          VolumeKmsKeyId: volumeKey(context.platform, instanceType),
        },
        Tags: transform.tags,
      },
      { next, catchTo: names.discardModel },
    ),
    [names.discardModel]: call('sagemaker:deleteModel', model, { next: catchTo, ignoreErrorsTo: catchTo }),
  };
}

export interface TransformJobRights {
  readonly context: FunctionContext;
  /** Pattern of the ARNs of the jobs. */
  readonly jobs: string;
  /** Pattern of the ARNs of the models that the workflow makes for them. */
  readonly models: string;
  /** Condition of a request to make a model, by its tags. */
  readonly madeFor: Record<string, unknown>;
  /** Condition by which the workflow deletes only models, and stops only jobs, that it has made. */
  readonly madeBy: Record<string, unknown>;
  /** Role of the models. */
  readonly role: IRole;
}

/**
 * Lets a workflow make a model, score with it by a batch transform job, and delete it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function allowTransformJobs(workflow: Workflow, rights: TransformJobRights): void {
  const { context, jobs, models, madeFor, madeBy, role } = rights;
  workflow
    .allow(['sagemaker:CreateTransformJob', 'sagemaker:DescribeTransformJob'], [jobs])
    .allow(['sagemaker:StopTransformJob'], [jobs], madeBy)
    .allow(['sagemaker:CreateModel'], [models], madeFor)
    .allow(['sagemaker:DeleteModel'], [models], madeBy)
    .allow(['sagemaker:AddTags'], [jobs, models], taggedBy('CreateTransformJob', 'CreateModel'))
    // As the CDK's own tasks of SageMaker grant it (aws-stepfunctions-tasks), and AWS's policies for these
    // integrations.
    .allow(['sagemaker:ListTags'], [jobs, models])
    .allow(['iam:PassRole'], [role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    })
    .allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [arn(workflow, 'events', 'rule/StepFunctionsGetEventsForSageMakerTransformJobsRule')],
    );
  allowEncryptedVolumes(workflow.stateMachine.role, context.platform);
}
