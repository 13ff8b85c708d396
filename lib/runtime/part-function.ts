import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  type CfnFunction,
  type IFunction,
  Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FunctionName, FunctionSettings } from '../../contracts/functions';
import type { FailureQueue } from '../monitoring/failure-queue';
import { allowEncrypted } from '../platform/encryption';
import { explainCompliance } from '../platform/explained-rules';
import { functionSettings } from '../platform/function-settings';
import { arn } from './arn';
import {
  functionCode,
  placeSettings,
  SETTINGS_FILE,
  separateSplitTexts,
  settingsLayer,
} from './function-code';
import { environmentProblems } from './function-environment';
import type { FunctionContext } from './part-context';
import { ServiceRole } from './service-role';

export interface PartFunctionProps<Name extends FunctionName = FunctionName> {
  readonly context: FunctionContext;
  /** Folder of the function in `lambda/`. */
  readonly asset: Name;
  readonly description: string;
  /** What the handler reads from `SETTINGS`. @default {} */
  readonly settings?: FunctionSettings[Name];
  /** Variables of the environment beside those of each part. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /**
   * Functions with equal duties share a role: an account has 1,000 of them by default.
   * @default - its own role
   */
  readonly role?: IRole;
  /** @default - that of all functions */
  readonly logGroup?: ILogGroup;
  /** @default 1 minute */
  readonly timeout?: Duration;
  /** In MiB. @default 512 */
  readonly memorySize?: number;
  /** Only of functions that run models. @default - x86_64 */
  readonly architecture?: Architecture;
}

/**
 * One of the package's own functions, of a part that may work alone: prebuilt code, its settings, a log
 * group, and grants by name.
 */
export class PartFunction<Name extends FunctionName = FunctionName> extends LambdaFunction {
  /** Folder of the function in `lambda/`, which decides its settings, request and answer. */
  readonly asset: Name;
  private readonly part: FunctionContext;

  constructor(scope: Construct, id: string, props: PartFunctionProps<Name>) {
    const { context } = props;
    const role = props.role ?? functionRole(scope, `${id}Role`);
    allowEncrypted(role, context);
    const { settings, variables } = separateSplitTexts(scope, props.settings ?? {});
    const { inEnvironment, inLayer } = placeSettings(settings);
    super(scope, id, {
      ...functionSettings(context.platform, role, props.logGroup),
      role,
      ...functionCode(props.asset, props.architecture),
      layers: inLayer && [settingsLayer(scope, `${id}Settings`, inLayer)],
      description: props.description,
      timeout: props.timeout ?? Duration.minutes(1),
      memorySize: props.memorySize ?? 512,
      // Of what is published, the previous version serves until a release has ended; what a failed deploy has
      // published never does.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: {
        PIPELINE_NAME: context.pipelineName,
        POWERTOOLS_SERVICE_NAME: props.asset,
        BUCKET_NAME: context.bucket.bucketName,
        ...props.environment,
        ...variables,
        // Twice the SDK's own: a call that a function gives up makes its workflow roll back.
        AWS_MAX_ATTEMPTS: '6',
        SETTINGS: Stack.of(scope).toJsonString(inEnvironment),
        ...(inLayer && { SETTINGS_FILE }),
      },
    });
    this.asset = props.asset;
    this.part = context;
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
    this.allow(['s3:ListBucket'], [this.part.bucket.bucketArn]);
    return this.allow(['s3:GetObject'], this.objectsBelow(prefixes));
  }

  /** Lists another bucket and reads its objects of a pattern. */
  canReadFrom(bucket: IBucket, pattern: string): this {
    bucket.encryptionKey?.grantDecrypt(this);
    this.allow(['s3:ListBucket'], [bucket.bucketArn]);
    return this.allow(['s3:GetObject'], [bucket.arnForObjects(pattern)]);
  }

  /** Reads given versions of the objects below the given prefixes. */
  canReadVersions(...prefixes: string[]): this {
    return this.allow(['s3:GetObjectVersion'], this.objectsBelow(prefixes));
  }

  /** Reads given versions of another bucket's objects of a pattern. */
  canReadVersionsFrom(bucket: IBucket, pattern: string): this {
    bucket.encryptionKey?.grantDecrypt(this);
    return this.allow(['s3:GetObjectVersion'], [bucket.arnForObjects(pattern)]);
  }

  /** Lists the versions of all objects. */
  canListVersions(): this {
    return this.allow(['s3:ListBucketVersions'], [this.part.bucket.bucketArn]);
  }

  /** Writes below the given prefixes. */
  canWrite(...prefixes: string[]): this {
    return this.allow(['s3:PutObject'], this.objectsBelow(prefixes));
  }

  /**
   * Has the events reported that it fails at with all its retries: for functions that are invoked
   * asynchronously.
   */
  reportsFailedEventsTo({ queue: { queueArn } }: FailureQueue): this {
    // A destination's record names the function, which a dead-letter queue's message does not.
    this.configureAsyncInvoke({ onFailure: { bind: () => ({ destination: queueArn }) } });
    return this.allow(['sqs:SendMessage'], [queueArn]);
  }

  /** Puts events on the default event bus. */
  canTellSystems(): this {
    return this.allow(['events:PutEvents'], [arn(this, 'events', 'event-bus/default')]);
  }

  /** Publishes metrics of a namespace. */
  canPublishMetrics(namespace: string): this {
    return this.allow(['cloudwatch:PutMetricData'], ['*'], {
      StringEquals: { 'cloudwatch:namespace': namespace },
    });
  }

  /** Adds a statement to the function's role. */
  allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): this {
    // Not `addToRolePolicy`, which by a feature flag makes a policy of each statement.
    this.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources, conditions }));
    return this;
  }

  private objectsBelow(prefixes: readonly string[]): string[] {
    return prefixes.map((prefix) => this.part.bucket.arnForObjects(`${prefix}*`));
  }
}

/** A role for functions, without rights yet. */
export function functionRole(scope: Construct, id: string): IRole {
  return new ServiceRole(scope, id, 'lambda.amazonaws.com');
}

/** Roles of functions. */
export function rolesOf(functions: readonly IFunction[]): IRole[] {
  return functions.flatMap(({ role }) => role ?? []);
}
