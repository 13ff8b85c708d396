import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ModelPipelineBase } from '../model-pipeline-base';
import { ofTraining } from '../retraining/of-training';
import { arn } from '../runtime/arn';
import { routingParameterName } from '../runtime/pipeline-context';
import { resourcesParameterName } from './published-parts';

/**
 * What a pipeline records about itself. It holds neither rows of the training data nor requests nor labels.
 */
const RECORDS = [
  'ledger/*',
  'releases/*',
  'retraining/*',
  'models/*',
  'profiles/*',
  'datasets/latest.json',
  'datasets/*/manifest',
  'datasets/*/validation.json',
  'datasets/*/split.json',
];

/** Permissions on a model pipeline, each for one kind of user: `pipeline.grants`. */
export class ModelPipelineGrants {
  /** @internal */
  public static _of(pipeline: ModelPipelineBase): ModelPipelineGrants {
    return new ModelPipelineGrants(pipeline);
  }

  private constructor(private readonly pipeline: ModelPipelineBase) {}

  /**
   * Lets a client send requests to the version in production: to the endpoint, to the function, or to both if
   * the pipeline has both.
   */
  invoke(grantee: IGrantable): Grant {
    const { endpointArn, inferenceFunction } = this.pipeline;
    return together([
      ...(endpointArn ? [grant(grantee, ['sagemaker:InvokeEndpoint'], [endpointArn])] : []),
      ...(inferenceFunction ? [inferenceFunction.grantInvoke(grantee)] : []),
    ]);
  }

  /**
   * Lets a client of an asynchronous endpoint put requests below `asynchronous/requests/` of the bucket, send
   * them, and read answers and failures.
   *
   * @throws Error if there is no endpoint
   */
  invokeAsynchronously(grantee: IGrantable): Grant {
    const { bucket, endpointArn } = this.pipeline;
    if (!endpointArn) {
      throw new Error(
        `${this.pipeline.node.path}: grants.invokeAsynchronously() is for an asynchronous endpoint, and a function serves: use grants.invoke()`,
      );
    }
    return together([
      grant(grantee, ['sagemaker:InvokeEndpointAsync'], [endpointArn]),
      bucket.grantPut(grantee, 'asynchronous/requests/*'),
      bucket.grantRead(grantee, 'asynchronous/*'),
    ]);
  }

  /**
   * Lets a data loader upload labeled data to `training-data/`.
   *
   * @throws Error if the pipeline has no training
   */
  writeTrainingData(grantee: IGrantable): Grant {
    const { pipeline } = this;
    ofTraining(pipeline, 'grants.writeTrainingData()', pipeline.retrainingFunction);
    return pipeline.bucket.grantPut(grantee, 'training-data/*');
  }

  /** Lets a system that learns the labels of earlier requests upload them to `ground-truth/`. */
  writeGroundTruth(grantee: IGrantable): Grant {
    return this.pipeline.bucket.grantPut(grantee, 'ground-truth/*');
  }

  /**
   * Lets a system publish counts of business events, such as orders, to CloudWatch: with the dimension
   * `VariantName`, releases compare them, and the dashboard shows them (`businessMetrics` of the analysis).
   *
   * @param namespace of the metrics, and of no others
   */
  putBusinessMetrics(grantee: IGrantable, namespace: string): Grant {
    // The one condition that the action has, and it has no resources:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    const ofNamespace = { StringEquals: { 'cloudwatch:namespace': namespace } };
    return grant(grantee, ['cloudwatch:PutMetricData'], ['*'], ofNamespace);
  }

  /**
   * Lets a training system, or a CI job, upload models and their rows to `uploads/`, register them as
   * versions, and follow how they are compared with production: all that `model-pipeline register` does
   * without `--release`. It may release none.
   */
  registerModels(grantee: IGrantable): Grant {
    const { bucket, registrationFunction, registrationStateMachine } = this.pipeline;
    return together([
      this.find(grantee),
      bucket.grantPut(grantee, 'uploads/*'),
      registrationFunction.grantInvoke(grantee),
      registrationStateMachine.grantExecution(grantee, ...FOLLOWING),
    ]);
  }

  /**
   * Lets a trainer of your own, such as the role of a SageMaker pipeline, upload models and their rows to
   * `uploads/`, and put model packages into the pipeline's model package group that wait for approval, and no
   * others: it can neither approve nor release one. It finds the names of bucket, group and serving image in
   * the parameter `/model-pipeline/<name>/resources`. The pipeline needs `onModelPackage` to make versions of
   * them.
   */
  putModelPackages(grantee: IGrantable): Grant {
    const { bucket, modelPackageGroupArn, modelPackageArnPattern } = this.pipeline;
    return together([
      this.find(grantee),
      bucket.grantPut(grantee, 'uploads/*'),
      grant(
        grantee,
        ['sagemaker:CreateModelPackage'],
        [modelPackageGroupArn, modelPackageArnPattern],
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
        { StringEquals: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } },
      ),
      // The SageMaker Python SDK 2.257.7 looks whether there is the group (`session.py`); lists have no
      // resources.
      grant(grantee, ['sagemaker:ListModelPackageGroups'], ['*']),
      grant(grantee, ['sagemaker:DescribeModelPackage'], [modelPackageArnPattern]),
    ]);
  }

  /**
   * Lets an operator or a scheduler start retrainings and follow them.
   *
   * @throws Error if the pipeline has no training
   */
  retrain(grantee: IGrantable): Grant {
    const { pipeline } = this;
    const machine = ofTraining(pipeline, 'grants.retrain()', pipeline.retrainingStateMachine);
    return together([
      ofTraining(pipeline, 'grants.retrain()', pipeline.retrainingFunction).grantInvoke(grantee),
      machine.grantExecution(grantee, ...FOLLOWING),
    ]);
  }

  /** Lets an operator or a deployment job start releases, follow them, and roll back. */
  release(grantee: IGrantable): Grant {
    const { releaseStateMachine, rollbackFunction } = this.pipeline;
    return together([
      releaseStateMachine.grantStartExecution(grantee),
      releaseStateMachine.grantExecution(grantee, ...FOLLOWING),
      rollbackFunction.grantInvoke(grantee),
    ]);
  }

  /**
   * Lets a reader see what is in production and why: the routing document, ledger, reports, versions, drift
   * and quality, the endpoint, and the progress of workflows. Training data, recorded requests, and labels
   * stay closed.
   */
  read(grantee: IGrantable): Grant {
    const { pipeline } = this;
    const { bucket } = pipeline;
    return together([
      this.find(grantee),
      grant(grantee, ['s3:ListBucket', 's3:ListBucketVersions'], [bucket.bucketArn]),
      grant(
        grantee,
        ['s3:GetObject', 's3:GetObjectVersion'],
        RECORDS.map((pattern) => bucket.arnForObjects(pattern)),
      ),
      grant(grantee, ['sagemaker:DescribeModelPackage'], [pipeline.modelPackageArnPattern]),
      ...(pipeline.endpointArn
        ? [grant(grantee, ['sagemaker:DescribeEndpoint'], [pipeline.endpointArn])]
        : []),
      // None of these is authorised on a resource in all regions.
      grant(
        grantee,
        ['sagemaker:ListModelPackages', 'cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'],
        ['*'],
      ),
      ...pipeline._workflows.flatMap((machine) => [
        machine.grant(grantee, 'states:ListExecutions'),
        machine.grantExecution(grantee, ...FOLLOWING),
      ]),
    ]);
  }

  /** What the operator's CLI lists and finds pipelines by, and what is in production. */
  private find(grantee: IGrantable): Grant {
    const { pipeline } = this;
    const { pipelineName } = pipeline;
    const parameters = [routingParameterName(pipelineName), resourcesParameterName(pipelineName)];
    return together([
      grant(
        grantee,
        ['ssm:GetParameter'],
        parameters.map((name) => arn(pipeline, 'ssm', `parameter${name}`)),
      ),
      grant(grantee, ['ssm:GetParametersByPath'], [arn(pipeline, 'ssm', 'parameter/model-pipeline')]),
    ]);
  }
}

/** Calls that follow an execution to its end. */
const FOLLOWING = ['states:DescribeExecution', 'states:GetExecutionHistory'];

function grant(
  grantee: IGrantable,
  actions: string[],
  resourceArns: string[],
  conditions?: Record<string, Record<string, unknown>>,
): Grant {
  return Grant.addToPrincipal({ grantee, actions, resourceArns, conditions });
}

function together(grants: readonly Grant[]): Grant {
  return grants.reduce((all, one) => all.combine(one));
}
