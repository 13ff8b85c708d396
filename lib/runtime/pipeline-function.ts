import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../contracts/functions';
import { arn } from './arn';
import { PartFunction, type PartFunctionProps } from './part-function';
import { type PipelineContext, routingParameterName } from './pipeline-context';

export interface PipelineFunctionProps<Name extends FunctionName = FunctionName>
  extends Omit<PartFunctionProps<Name>, 'environment'> {
  readonly context: PipelineContext;
}

/** One of the package's own functions, of a whole pipeline: it knows routing, registry and endpoint, too. */
export class PipelineFunction<Name extends FunctionName = FunctionName> extends PartFunction<Name> {
  private readonly context: PipelineContext;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Name>) {
    const { context } = props;
    super(scope, id, {
      ...props,
      environment: {
        OWNER_ID: context.ownerId,
        ROUTING_PARAMETER: routingParameterName(context.pipelineName),
        MODEL_PACKAGE_GROUP: context.registry.modelPackageGroupName,
        ENDPOINT_NAME: context.endpointName,
        TOPIC_ARN: context.topic.topicArn,
      },
    });
    this.context = context;
  }

  canReadRouting(): this {
    return this.allow(['ssm:GetParameter'], [this.routingArn]);
  }

  canChangeRouting(): this {
    return this.allow(['ssm:GetParameter', 'ssm:PutParameter'], [this.routingArn]);
  }

  /** Reads the versions of the registry. */
  canReadRegistry(): this {
    const { registry } = this.context;
    // The Service Authorization Reference knows the resource type "model-package" of it, SageMaker's own list
    // of API permissions says that of all lists only ListTags has resources
    // (https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html).
    this.allow(['sagemaker:ListModelPackages'], ['*']);
    return this.allow(['sagemaker:DescribeModelPackage'], [registry.arnForVersions()]);
  }

  /** Signs versions, if the registry has a key for that. */
  canSignVersions(): this {
    const { signingKey } = this.context.registry;
    signingKey?.grantSign(this);
    // Which algorithms the key has.
    signingKey?.grant(this, 'kms:DescribeKey');
    return this;
  }

  /** Verifies signatures of versions, if the registry has a key for that. */
  canVerifyVersions(): this {
    this.context.registry.signingKey?.grantVerify(this);
    return this;
  }

  /** Appends to the ledger, an entry for each end once. */
  canRecord(): this {
    return this.canRead('ledger/', 'recorded/').canListVersions().canWrite('ledger/', 'recorded/');
  }

  /** Notifies people (SNS) and other systems (EventBridge), of each end once. */
  canNotify(): this {
    this.canRead('recorded/').canWrite('recorded/');
    this.context.topic.grantPublish(this);
    return this.canTellSystems();
  }

  /**
   * Lets it make these calls of Application Auto Scaling for SageMaker's endpoints: IAM cannot tell one from
   * another.
   */
  canScale(...operations: string[]): this {
    return this.allow(
      operations.map((operation) => `application-autoscaling:${operation}`),
      [arn(this, 'application-autoscaling', 'scalable-target/*')],
      SCALING_OF_ENDPOINTS,
    );
  }

  /** Tells a workflow the result of a task that waits for it. */
  canAnswer({ stateMachineArn }: IStateMachine): this {
    return this.allow(['states:SendTaskSuccess', 'states:SendTaskFailure'], [stateMachineArn]);
  }

  /** Moves aliases of another function from version to version, and recreates what somebody deleted. */
  canMoveAliasesOf(other: IFunction): this {
    return this.allow(['lambda:UpdateAlias', 'lambda:CreateAlias'], [other.functionArn]);
  }

  private get routingArn(): string {
    return arn(this, 'ssm', `parameter${routingParameterName(this.context.pipelineName)}`);
  }
}

/** IAM's condition of calls of Application Auto Scaling for SageMaker's endpoints. */
export const SCALING_OF_ENDPOINTS = {
  StringEquals: { 'application-autoscaling:service-namespace': 'sagemaker' },
};
