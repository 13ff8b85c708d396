import { NormalizedSchema } from '@smithy/core/schema';

/** The exports of an SDK client package, which publish the Smithy schemas of its service. */
export type SdkModule = object;

export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Names of the members that must be given. */
  readonly required: readonly string[];
  /**
   * REST services: method, path segments (a label is `{Name}`, a greedy one `{Name+}`), fixed query, status.
   */
  readonly http?: {
    readonly method: string;
    readonly path: string;
    readonly query: ReadonlyMap<string, string>;
    readonly status: number;
  };
}

export type WireProtocol = 'query' | 'json' | 'rest-json' | 'rest-xml';

export interface ErrorModel {
  readonly code: string;
  readonly status: number;
}

type StaticOperation = [9, string, string, number | Record<string, unknown>, unknown, unknown];
type StaticError = [-3, string, string, number | Record<string, unknown>, ...unknown[]];

const MODELS = new WeakMap<SdkModule, SdkModel>();

/** What a service's own schemas say about its operations, errors and protocol. */
export class SdkModel {
  readonly protocol: WireProtocol;
  readonly jsonVersion: '1.0' | '1.1';
  readonly xmlNamespace: string | undefined;
  /** Prefix of the `X-Amz-Target` header. */
  readonly target: string;
  readonly namespace: string;
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  private readonly errors: ReadonlyMap<string, ErrorModel>;

  /** The model of a service, read once in a process. */
  static of(sdk: SdkModule): SdkModel {
    const model = MODELS.get(sdk) ?? new SdkModel(sdk);
    MODELS.set(sdk, model);
    return model;
  }

  private constructor(sdk: SdkModule) {
    const client = newClient(sdk);
    const protocolName = client.protocol.name;
    this.protocol = PROTOCOLS[protocolName] ?? unknownProtocol(protocolName);
    this.jsonVersion = protocolName === 'AwsJson1_0Protocol' ? '1.0' : '1.1';
    this.xmlNamespace = client.protocolSettings.xmlNamespace;
    this.target = client.protocolSettings.serviceTarget;
    this.namespace = client.protocolSettings.defaultNamespace;
    this.queryCompatible = client.protocolSettings.awsQueryCompatible ?? false;
    const schemas = Object.values(sdk).filter(Array.isArray);
    this.operations = new Map(
      schemas
        .filter((schema): schema is StaticOperation => schema[0] === 9)
        .map((schema) => [schema[2], operation(schema)]),
    );
    this.errors = new Map(
      schemas
        .filter((schema): schema is StaticError => schema[0] === -3)
        .map((schema) => [schema[2], error(schema)]),
    );
  }

  /** The wire code and status of an exception, by the service's schema. */
  error(name: string): ErrorModel | undefined {
    return this.errors.get(name);
  }
}

const PROTOCOLS: Record<string, WireProtocol> = {
  AwsQueryProtocol: 'query',
  AwsJson1_0Protocol: 'json',
  AwsJson1_1Protocol: 'json',
  AwsRestJsonProtocol: 'rest-json',
  AwsRestXmlProtocol: 'rest-xml',
  S3RestXmlProtocol: 'rest-xml',
};

function unknownProtocol(name: string): never {
  throw new Error(`the gateway does not speak the protocol ${name}`);
}

interface ClientSettings {
  readonly protocol: { readonly name: string };
  readonly protocolSettings: {
    readonly xmlNamespace?: string;
    readonly serviceTarget: string;
    readonly defaultNamespace: string;
    readonly awsQueryCompatible?: boolean;
  };
}

/** A client says which protocol it speaks only once it is made. */
function newClient(sdk: SdkModule): ClientSettings {
  const [, Client] = Object.entries(sdk).find(([name]) => /^(?!_).*Client$/.test(name)) ?? [];
  const { config } = new (Client as new (options: object) => { config: Record<string, unknown> })({
    region: 'us-east-1',
  });
  const protocol = config.protocol as { constructor: { name: string } } & { name?: string };
  return {
    protocol: {
      name: typeof protocol === 'function' ? (protocol as { name: string }).name : protocol.constructor.name,
    },
    protocolSettings: config.protocolSettings as ClientSettings['protocolSettings'],
  };
}

function operation([, , name, traits, input, output]: StaticOperation): OperationModel {
  const http = typeof traits === 'object' ? (traits.http as [string, string, number] | undefined) : undefined;
  const inputSchema = NormalizedSchema.of(input as never);
  return {
    name,
    input: inputSchema,
    output: NormalizedSchema.of(output as never),
    required: requiredMembers(inputSchema),
    http: http && httpBinding(http),
  };
}

function httpBinding([method, uri, status]: [string, string, number]): OperationModel['http'] {
  const [path = '/', query = ''] = uri.split('?');
  return { method, path, status, query: new Map(new URLSearchParams(query)) };
}

/** A structure schema lists its required members first and ends with their number. */
function requiredMembers(schema: NormalizedSchema): string[] {
  const structure = schema.getSchema() as unknown as unknown[];
  if (!Array.isArray(structure) || structure[0] !== 3) return [];
  return (structure[4] as string[]).slice(0, (structure[6] as number | undefined) ?? 0);
}

function error([, , name, traits]: StaticError): ErrorModel {
  const { awsQueryError, httpError, error: fault } = typeof traits === 'object' ? traits : {};
  const [code, queryStatus] = (awsQueryError as [string, number] | undefined) ?? [];
  return {
    code: code ?? name,
    status: (httpError as number | undefined) ?? queryStatus ?? (fault === 'server' ? 500 : 400),
  };
}
