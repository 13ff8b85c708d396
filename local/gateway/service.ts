import type { Clock } from './clock';
import type { HttpRoute } from './gateway';
import type { ImplementedInputs } from './implemented-inputs';
import type { PolicyDocument } from './policy';
import type { Principal } from './principal';
import type { WireRequest } from './protocols/http';
import type { SdkModule } from './sdk-model';

/** What an operation knows of the call besides its input. */
export interface RequestContext {
  readonly principal: Principal;
  readonly requestId: string;
  /** HTTP headers in lower case; empty for calls inside the local cloud. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The operations of a service, with inputs and outputs typed by its SDK client package:
 * `readonly operations: Operations<typeof sdk> = { GetCallerIdentity: async (input, context) => ({ ... }) }`.
 */
export type Operations<Sdk> = {
  readonly [Command in keyof Sdk as Command extends `${infer Name}Command`
    ? Name
    : never]?: Sdk[Command] extends abstract new (
    ...args: infer Args
  ) => { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }> }
    ? (input: NonNullable<Args[0]>, context: RequestContext) => Answer<Output> | Promise<Answer<Output>>
    : never;
};

type Answer<Output> = Omit<Output, '$metadata' | keyof StreamedBody> & Partial<StreamedBody>;

/** Blobs and streams are `Buffer`s in the local cloud, whatever the SDK's types say. */
interface StreamedBody {
  readonly Body: unknown;
}

export type OperationHandler = (input: never, context: RequestContext) => unknown;

/** One thing that a call must be allowed to do. */
export interface Permission {
  /** e.g. `s3:GetObject` */
  readonly action: string;
  /** ARN, or `*` for actions without a resource. */
  readonly resource: string;
  /** Condition keys that the service adds, e.g. `{ 'iam:PassedToService': 'lambda.amazonaws.com' }`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** One AWS service of the local cloud. */
export interface Service {
  /**
   * The name in credential scopes and IAM actions, e.g. `s3`, `states`; `sagemaker-runtime` is told from
   * `sagemaker` by its paths, `dynamodbstreams` from `dynamodb` by its targets.
   */
  readonly name: string;
  /** Its SDK client package. */
  readonly sdk: SdkModule;
  /** What is implemented; the gateway refuses the rest by name. */
  readonly operations: Readonly<Record<string, OperationHandler | undefined>>;
  /** Which members of inputs the operations read; the gateway refuses the rest by name. */
  readonly implementedInputs: ImplementedInputs;
  /** CloudFormation resource types that this service provides. */
  readonly resources?: Readonly<Record<string, ResourceProvider>>;
  /** Plain HTTP below paths of its own, e.g. the Lambda runtime API. */
  readonly routes?: readonly HttpRoute[];
  /** What a call needs. `[]` for calls that everybody may make. */
  permissions(operation: string, input: Record<string, unknown>): Permission[];
  /** The policy attached to one of its resources. */
  resourcePolicy?(arn: string): PolicyDocument | undefined;
  /** Called once when all services are there; starts again what was restored from a data folder. */
  start?(): Promise<void>;
  /** Ends processes and timers. */
  stop?(): Promise<void>;
}

export interface CallOptions {
  /** Whether seeded faults may fall on it, as on a call from outside. @default false */
  readonly mayFail?: boolean;
}

/** What the local cloud gives to its services. */
export interface Cloud {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** e.g. `http://127.0.0.1:4599` */
  readonly url: string;
  readonly clock: Clock;
  /** A folder of this cloud's own; survives a restart only if the user named a data folder. */
  readonly directory: string;
  /** A map whose content survives a restart with a data folder; values must be structured-cloneable. */
  table<Value>(name: string): Map<string, Value>;
  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string;
  /** A call inside the cloud, checked like one from outside. Input and output are SDK shapes. */
  call<Output = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    principal: Principal,
    options?: CallOptions,
  ): Promise<Output>;
  /**
   * Who signed an HTTP request to something that a user deployed, if policies allow what it needs.
   *
   * @param service that it must be signed for, e.g. `execute-api`
   * @throws AuthenticationError, or AwsError AccessDenied
   */
  authorizeRequest(request: WireRequest, service: string, permissions: readonly Permission[]): Principal;
  /** Another service's object, for what AWS does inside itself (no permission check). */
  service<S extends Service>(name: string): S;
  /** Services in the order in which they were added. */
  readonly services: ReadonlyMap<string, Service>;
  /** A random identifier of `length` characters out of 0-9a-z (or hexadecimal, or A-Z0-9). */
  id(length: number, alphabet?: 'base36' | 'hex' | 'upper'): string;
  uuid(): string;
  /** Random number in [0, 1), seeded. */
  random(): number;
  /** A line for the local cloud's log. */
  log(message: string): void;
  /** Temporary credentials of a role for a process that the cloud runs (function, training job). */
  credentialsFor(roleArn: string, sessionName: string): Promise<TemporaryCredentials>;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Properties of a resource as a template gives them; providers know their shape. */
// biome-ignore lint/suspicious/noExplicitAny: their shape is known from nowhere else
export type TemplateProperties = Record<string, any>;

/** A CloudFormation resource type. */
export interface ResourceProvider {
  /** Top-level properties that are implemented; a template with any other is refused by name. */
  readonly properties: readonly string[];
  /** Properties whose change needs a new resource. */
  readonly createOnly: readonly string[];
  create(properties: TemplateProperties, context: ResourceContext): Promise<ResourceState>;
  /** In-place change; the physical id stays. */
  update(
    physicalId: string,
    properties: TemplateProperties,
    previous: TemplateProperties,
    context: ResourceContext,
  ): Promise<ResourceState>;
  /** A resource that is gone already is no error. */
  delete(physicalId: string, properties: TemplateProperties, context: ResourceContext): Promise<void>;
}

export interface ResourceState {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives; nested ones with a dot in the name. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface ResourceContext {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Tags of the stack. */
  readonly tags: Readonly<Record<string, string>>;
  /** The role that CloudFormation acts with. */
  readonly principal: Principal;
  /**
   * A name as CloudFormation makes it: stack, logical id and a random suffix, at most `maxLength` characters.
   */
  generateName(options?: { readonly maxLength?: number; readonly lowerCase?: boolean }): string;
  /** `cloud.call` with the principal of this deployment. */
  call<Output = Record<string, unknown>>(service: string, operation: string, input: object): Promise<Output>;
}
