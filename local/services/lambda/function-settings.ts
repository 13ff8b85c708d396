import { NotImplementedError } from '../../gateway/aws-error';
import { checkedVariables } from './environment-variables';
import { invalid } from './errors';
import { functionNetwork, type NetworkInput } from './function-network';
import type { FunctionVersion, LayerReference, LoggingConfiguration } from './stored-function';

const RUNTIMES = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'];

/** The members of CreateFunction and UpdateFunctionConfiguration that configure a version. */
export interface ConfigurationInput {
  readonly Role?: string | undefined;
  readonly Handler?: string | undefined;
  readonly Runtime?: string | undefined;
  readonly Description?: string | undefined;
  readonly Timeout?: number | undefined;
  readonly MemorySize?: number | undefined;
  readonly Environment?: { readonly Variables?: Record<string, string> | undefined } | undefined;
  readonly Architectures?: readonly string[] | undefined;
  readonly Layers?: readonly string[] | undefined;
  readonly LoggingConfig?: LoggingInput | undefined;
  readonly EphemeralStorage?: { readonly Size?: number | undefined } | undefined;
  readonly TracingConfig?: { readonly Mode?: string | undefined } | undefined;
  readonly VpcConfig?: NetworkInput | undefined;
  readonly KMSKeyArn?: string | undefined;
}

interface LoggingInput {
  readonly LogFormat?: string | undefined;
  readonly LogGroup?: string | undefined;
  readonly ApplicationLogLevel?: string | undefined;
  readonly SystemLogLevel?: string | undefined;
}

export type FunctionSettings = Omit<FunctionVersion, 'version' | 'code' | 'revisionId' | 'modified'>;

/**
 * What a caller asks for, on top of what there is or AWS's defaults.
 *
 * @throws AwsError InvalidParameterValueException for values out of range
 * @throws NotImplementedError for runtimes other than Node.js
 */
export function functionSettings(
  name: string,
  input: ConfigurationInput,
  layer: (arn: string) => LayerReference,
  before?: FunctionSettings,
): FunctionSettings {
  return {
    role: input.Role ?? before?.role ?? '',
    handler: handler(input.Handler ?? before?.handler),
    runtime: runtime(name, input.Runtime ?? before?.runtime),
    description: input.Description ?? before?.description ?? '',
    timeoutSeconds: inRange('timeout', input.Timeout ?? before?.timeoutSeconds ?? 3, 1, 900),
    memorySize: inRange('memorySize', input.MemorySize ?? before?.memorySize ?? 128, 128, 10_240),
    environment: input.Environment
      ? checkedVariables(input.Environment.Variables ?? {})
      : (before?.environment ?? {}),
    architecture: input.Architectures?.[0] ?? before?.architecture ?? 'x86_64',
    layers: input.Layers?.map(layer) ?? before?.layers ?? [],
    logging: input.LoggingConfig
      ? logging(name, input.LoggingConfig)
      : (before?.logging ?? logging(name, {})),
    ephemeralStorage: inRange(
      'ephemeralStorage.size',
      input.EphemeralStorage?.Size ?? before?.ephemeralStorage ?? 512,
      512,
      10_240,
    ),
    tracing: input.TracingConfig?.Mode ?? before?.tracing ?? 'PassThrough',
    network: input.VpcConfig ? functionNetwork(input.VpcConfig) : before?.network,
    // An empty one takes the key away.
    kmsKeyArn: (input.KMSKeyArn ?? before?.kmsKeyArn) || undefined,
  };
}

function handler(name: string | undefined): string {
  if (!name)
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  return name;
}

function runtime(functionName: string, name: string | undefined): string {
  if (name && RUNTIMES.includes(name)) return name;
  throw new NotImplementedError(
    `the runtime ${name} of the function ${functionName}; it runs Node.js functions only: ${RUNTIMES.join(', ')}`,
  );
}

function logging(functionName: string, input: LoggingInput): LoggingConfiguration {
  const isJson = input.LogFormat === 'JSON';
  if (!isJson && (input.ApplicationLogLevel ?? input.SystemLogLevel)) {
    throw invalid('To use ApplicationLogLevel or SystemLogLevel, you must set LogFormat to JSON.');
  }
  return {
    format: isJson ? 'JSON' : 'Text',
    group: input.LogGroup ?? `/aws/lambda/${functionName}`,
    applicationLevel: isJson ? (input.ApplicationLogLevel ?? 'INFO') : undefined,
    systemLevel: isJson ? (input.SystemLogLevel ?? 'INFO') : undefined,
  };
}

function inRange(member: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  const [limit, word] = value < least ? [least, 'greater'] : [most, 'less'];
  throw invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${word} than or equal to ${limit}`,
  );
}
