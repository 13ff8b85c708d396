import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FunctionName, FunctionSettings } from '../../contracts/functions';
import { allowEncrypted } from '../platform/encryption';
import { explainCompliance } from '../platform/explained-rules';
import { functionSettings } from '../platform/function-settings';
import { FUNCTION_RUNTIME, functionCode, placeSettings, SETTINGS_FILE } from './function-code';
import { environmentProblems } from './function-environment';
import { type PipelineContext, routingParameterName } from './pipeline-context';
import { servicePrincipal } from './service-principal';

export interface PipelineFunctionProps<Name extends FunctionName = FunctionName> {
  readonly context: PipelineContext;
  /** Folder of the function in `lambda/`. */
  readonly asset: Name;
  /** @default 'index.handler' */
  readonly handler?: string;
  readonly description: string;
  /** What the handler reads from `SETTINGS`. @default {} */
  readonly settings?: FunctionSettings[Name];
  /**
   * Functions with equal duties share a role: an account has 1,000 of them by default.
   * @default - its own role
   */
  readonly role?: IRole;
  /** @default 1 minute */
  readonly timeout?: Duration;
  /** In MiB. @default 512 */
  readonly memorySize?: number;
}

/** One of the package's own functions: prebuilt code, its settings, a log group, and grants by name. */
export class PipelineFunction<Name extends FunctionName = FunctionName> extends LambdaFunction {
  /** Folder of the function in `lambda/`, which decides its settings, request and answer. */
  readonly asset: Name;
  private readonly context: PipelineContext;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Name>) {
    const { context } = props;
    const role = props.role ?? functionRole(scope, `${id}Role`);
    allowEncrypted(role, context);
    const { inEnvironment, besideCode } = placeSettings(props.settings ?? {});
    const { code, dispose } = functionCode(props.asset, besideCode);
    super(scope, id, {
      ...functionSettings(scope, id, context.platform, role),
      role,
      code,
      handler: props.handler ?? 'index.handler',
      runtime: FUNCTION_RUNTIME,
      description: props.description,
      timeout: props.timeout ?? Duration.minutes(1),
      memorySize: props.memorySize ?? 512,
      // Of what is published, the former version serves until a release has ended; what a failed deploy has
      // published never does.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: {
        PIPELINE_NAME: context.pipelineName,
        OWNER_ID: context.ownerId,
        BUCKET_NAME: context.bucket.bucketName,
        ROUTING_PARAMETER: routingParameterName(context.pipelineName),
        MODEL_PACKAGE_GROUP: context.registry.modelPackageGroupName,
        ENDPOINT_NAME: context.pipelineName,
        TOPIC_ARN: context.topic.topicArn,
        // Twice the SDK's own: what a function gives up makes its workflow go back.
        AWS_MAX_ATTEMPTS: '6',
        SETTINGS: Stack.of(scope).toJsonString(inEnvironment),
        ...(besideCode && { SETTINGS_FILE }),
      },
    });
    dispose();
    this.asset = props.asset;
    this.context = context;
    const resource = this.node.defaultChild as CfnFunction;
    explainCompliance(
      this,
      'LambdaConcurrency',
      'workflows and schedules run one at a time; concurrency that is reserved for a function is taken from all others of the account',
    );
    explainCompliance(
      this,
      'LambdaDLQ',
      'workflows wait for the answer; functions that events invoke have an on-failure destination, which names the function',
    );
    this.node.addValidation({ validate: () => environmentProblems(this, resource) });
  }

  /** Lists the bucket and reads below the given prefixes. */
  canRead(...prefixes: string[]): this {
    this.allow(['s3:ListBucket'], [this.context.bucket.bucketArn]);
    return this.allow(['s3:GetObject'], this.objectsBelow(prefixes));
  }

  /** Reads given versions of the objects below the given prefixes. */
  canReadVersions(...prefixes: string[]): this {
    return this.allow(['s3:GetObjectVersion'], this.objectsBelow(prefixes));
  }

  /** Lists the versions of all objects. */
  canListVersions(): this {
    return this.allow(['s3:ListBucketVersions'], [this.context.bucket.bucketArn]);
  }

  /** Writes below the given prefixes. */
  canWrite(...prefixes: string[]): this {
    return this.allow(['s3:PutObject'], this.objectsBelow(prefixes));
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
   * Has the events reported that it fails at with all its retries: for functions that are invoked
   * asynchronously.
   */
  reportsFailedEvents(): this {
    const { queueArn } = this.context.failures.queue;
    // A destination's record names the function, which a dead-letter queue's message does not.
    this.configureAsyncInvoke({ onFailure: { bind: () => ({ destination: queueArn }) } });
    return this.allow(['sqs:SendMessage'], [queueArn]);
  }

  /** Puts events on the default event bus. */
  canTellSystems(): this {
    return this.allow(['events:PutEvents'], [arn(this, 'events', 'event-bus/default')]);
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

  /** Adds a statement to the function's role. */
  allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): this {
    this.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
    return this;
  }

  private objectsBelow(prefixes: readonly string[]): string[] {
    return prefixes.map((prefix) => this.context.bucket.arnForObjects(`${prefix}*`));
  }

  private get routingArn(): string {
    return arn(this, 'ssm', `parameter${routingParameterName(this.context.pipelineName)}`);
  }
}

/** A role for functions, without rights yet. */
export function functionRole(scope: Construct, id: string): IRole {
  return new Role(scope, id, { assumedBy: servicePrincipal(scope, 'lambda.amazonaws.com') });
}

/** Roles of functions. */
export function rolesOf(functions: readonly IFunction[]): IRole[] {
  return functions.flatMap(({ role }) => role ?? []);
}

/** IAM's condition of calls of Application Auto Scaling for SageMaker's endpoints. */
export const SCALING_OF_ENDPOINTS = {
  StringEquals: { 'application-autoscaling:service-namespace': 'sagemaker' },
};

/** `arn:<partition>:<service>:<region>:<account>:<resource>` in the construct's stack. */
export function arn(scope: Construct, service: string, resource: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
