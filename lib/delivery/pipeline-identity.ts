import { Aws, CfnResource, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { explainCompliance } from '../platform/explained-rules';
import { functionSettings } from '../platform/function-settings';
import type { Platform } from '../platform/platform';
import type { PipelineRegistry } from '../registry/pipeline-registry';
import { arn } from '../runtime/arn';
import { functionCode } from '../runtime/function-code';
import { endpointArn, generatedArn, LISTING_WHAT_IS_MADE, NAME_TAG } from '../runtime/ownership';
import { functionRole } from '../runtime/part-function';
import { LIFECYCLE_TYPE } from './pipeline-lifecycle';

export interface PipelineIdentityProps {
  readonly pipelineName: string;
  /** Whether the pipeline has an endpoint, which has its name, unless it is adopted. */
  readonly hasEndpoint: boolean;
  /**
   * Name of the endpoint that the pipeline adopts.
   * @default - none
   */
  readonly adoptedEndpoint?: string;
  readonly platform: Platform;
}

/**
 * A pipeline's claim to its name, and the id that distinguishes it from every other pipeline of that name, in
 * another stack or deployed again later. A name that is taken, a deployed pipeline that gets another name,
 * and a pipeline in whose place another one leaves the stack are refused before anything of the pipeline is
 * created or changed.
 */
export class PipelineIdentity extends Construct {
  /** Known once the stack is deployed: the id of the stack, and of the construct's creation in it. */
  readonly ownerId: string;
  private readonly resource: CustomResource;
  private registry?: PipelineRegistry;

  constructor(scope: Construct, id: string, props: PipelineIdentityProps) {
    super(scope, id);
    const { pipelineName, hasEndpoint } = props;
    const role = functionRole(this, 'HandlerRole');
    const handler = new LambdaFunction(this, 'Handler', {
      ...functionSettings(props.platform, role),
      ...functionCode('pipeline-identity'),
      environment: { PIPELINE_NAME: pipelineName, POWERTOOLS_SERVICE_NAME: 'pipeline-identity' },
      description: 'Claims the name of the pipeline, and identifies what it creates',
      timeout: Duration.minutes(5),
      memorySize: 512,
      role,
    });
    const ofDeployments = 'CloudFormation invokes it once for each deployment, and waits for the answer';
    for (const rule of ['LambdaConcurrency', 'LambdaDLQ']) explainCompliance(handler, rule, ofDeployments);
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      handler.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
    const owner = { pipelineName, ownerId: '', endpointName: props.adoptedEndpoint ?? pipelineName };
    const endpoint = endpointArn(this, owner);
    const made = [endpoint, generatedArn(this, 'endpoint-config', owner), generatedArn(this, 'model', owner)];
    const group = arn(this, 'sagemaker', `model-package-group/${pipelineName}`);
    allow(['cloudformation:DescribeStackResource', 'cloudformation:ListStackResources'], [Aws.STACK_ID]);
    allow(['sagemaker:DescribeModelPackageGroup'], [group]);
    allow(['sagemaker:DescribeEndpoint'], [endpoint]);
    allow(LISTING_WHAT_IS_MADE, ['*']);
    allow(['sagemaker:ListTags'], [...made, group]);
    // What versions of this package made that tagged it with the name alone.
    allow(['sagemaker:AddTags'], made, {
      StringEquals: { [`aws:ResourceTag/${NAME_TAG}`]: pipelineName },
    });
    this.resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::ModelPipelineIdentity',
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(6),
      properties: {
        PipelineName: pipelineName,
        HasEndpoint: hasEndpoint,
        AdoptedEndpoint: props.adoptedEndpoint,
        RegistryLogicalId: Lazy.string({ produce: () => this.logicalIdOfRegistry() }),
        ConstructPath: scope.node.path,
        LifecycleType: LIFECYCLE_TYPE,
        LifecycleLogicalIds: Lazy.list({ produce: () => this.logicalIdsOfLifecycles() }),
      },
    });
    this.ownerId = this.resource.getAttString('OwnerId');
  }

  /** An earlier deployment of this pipeline, which had no identity yet, is known by its registry. */
  recogniseBy(registry: PipelineRegistry): void {
    this.registry = registry;
  }

  /** Nothing of these is made or changed before the pipeline has its name. */
  precede(...constructs: IConstruct[]): void {
    for (const construct of constructs) construct.node.addDependency(this.resource);
  }

  private logicalIdsOfLifecycles(): string[] {
    const stack = Stack.of(this);
    return stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .filter((resource) => resource.cfnResourceType === LIFECYCLE_TYPE && resource.stack === stack)
      .map((resource) => stack.getLogicalId(resource));
  }

  private logicalIdOfRegistry(): string {
    return this.registry ? Stack.of(this).getLogicalId(this.registry._group) : '';
  }
}
