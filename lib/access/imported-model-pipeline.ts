import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { type IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ModelPipelineBase } from '../model-pipeline-base';
import { RequestMetrics } from '../monitoring/request-metrics';
import { arn } from '../runtime/arn';
import { routingParameterName } from '../runtime/pipeline-context';
import { ServedBy } from '../serving/served-by';
import { PublishedParts } from './published-parts';

/** What a stack knows of a pipeline that another one deployed, in the same account and region. */
export interface ModelPipelineAttributes {
  /** Name of the pipeline. */
  readonly pipelineName: string;

  /**
   * What answers requests.
   * @default ServedBy.ENDPOINT
   */
  readonly servedBy?: ServedBy;
}

/**
 * A pipeline that is deployed already. Some names follow the pipeline's; others are read when the stack is
 * deployed, which fails if it uses the retrainings of a pipeline without training.
 */
export class ImportedModelPipeline extends ModelPipelineBase {
  readonly pipelineName: string;
  readonly endpointName?: string;
  readonly endpointArn?: string;
  readonly inferenceFunction?: IFunction;
  readonly dashboard?: Dashboard;
  readonly modelPackageGroupName: string;
  readonly modelPackageGroupArn: string;
  readonly routingParameterName: string;
  readonly bucket: IBucket;
  readonly topic: ITopic;
  readonly retrainingFunction: IFunction;
  readonly rollbackFunction: IFunction;
  readonly registrationFunction: IFunction;
  readonly registrationStateMachine: IStateMachine;
  readonly retrainingStateMachine: IStateMachine;
  readonly releaseStateMachine: IStateMachine;
  /** @internal */
  readonly _workflows: IStateMachine[];
  readonly requestMetrics: RequestMetrics;

  constructor(scope: Construct, id: string, { pipelineName, servedBy }: ModelPipelineAttributes) {
    super(scope, id);
    const parts = new PublishedParts(this, pipelineName);
    const functionNamed = (name: string, member: string) =>
      LambdaFunction.fromFunctionAttributes(this, name, {
        functionArn: arn(this, 'lambda', `function:${parts.text(member)}`),
        sameEnvironment: true,
      });
    this.pipelineName = pipelineName;
    if (servedBy === ServedBy.FUNCTION) {
      this.inferenceFunction = functionNamed('InferenceFunction', 'serverlessFunction');
      this.requestMetrics = RequestMetrics.ofFunction(pipelineName);
    } else {
      const endpointName = parts.text('endpoint');
      this.endpointName = endpointName;
      this.endpointArn = parts.text('endpointArn', arn(this, 'sagemaker', `endpoint/${endpointName}`));
      // An endpoint that was created by its pipeline has no variant of this name, nor metrics of it.
      const variantName = parts.text('adoptedVariant', 'AllTraffic');
      const kind = servedBy?._endpoint?.kind ?? 'realTime';
      this.requestMetrics = RequestMetrics._ofPipeline({ endpointName, adopted: { variantName } }, kind);
    }
    this.modelPackageGroupName = pipelineName;
    this.modelPackageGroupArn = arn(this, 'sagemaker', `model-package-group/${pipelineName}`);
    this.routingParameterName = routingParameterName(pipelineName);
    this.bucket = Bucket.fromBucketName(this, 'Bucket', parts.text('bucket'));
    this.topic = Topic.fromTopicArn(this, 'Topic', parts.text('topic'));
    this.retrainingFunction = functionNamed('RetrainingFunction', 'triggerFunction');
    this.rollbackFunction = functionNamed('RollbackFunction', 'rollbackFunction');
    this.registrationFunction = functionNamed('RegistrationFunction', 'registrationFunction');
    const machine = (name: string, member: string, otherwise?: string) =>
      StateMachine.fromStateMachineArn(this, name, parts.text(member, otherwise));
    this.retrainingStateMachine = machine('Retraining', 'retrainingStateMachine');
    this.registrationStateMachine = machine('Registration', 'registrationStateMachine');
    this.releaseStateMachine = machine('Release', 'releaseStateMachine');
    this._workflows = [
      // Without training it is the workflow of releases once more.
      machine('ReadableRetraining', 'retrainingStateMachine', parts.text('releaseStateMachine')),
      this.releaseStateMachine,
      this.registrationStateMachine,
    ];
  }
}
