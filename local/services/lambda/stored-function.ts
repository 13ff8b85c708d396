import type { Cors, FunctionUrlAuthType } from '@aws-sdk/client-lambda';
import type { PolicyStatement } from '../../gateway/policy';

/** A function as it is stored, with everything that hangs on it. */
export interface StoredFunction {
  readonly name: string;
  latest: FunctionVersion;
  readonly versions: Map<string, FunctionVersion>;
  /** A number is never given twice. */
  lastVersion: number;
  readonly aliases: Map<string, FunctionAlias>;
  /** Statements of the resource policies by qualifier; the function's own under `''`. */
  readonly policies: Map<string, PolicyStatement[]>;
  /** By qualifier, with `$LATEST` for the function itself. */
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
  readonly tags: Record<string, string>;
  reservedConcurrency?: number | undefined;
  /** By version or alias; undefined if there are none. */
  provisionedConcurrencies?: Map<string, ProvisionedConcurrency>;
}

/** Environments that are to wait for requests. */
export interface ProvisionedConcurrency {
  readonly requested: number;
  readonly available: number;
  readonly status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  readonly statusReason?: string;
  readonly modified: Date;
}

/** Code and configuration: what changes until it is published, and never after. */
export interface FunctionVersion {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly role: string;
  readonly handler: string;
  /** e.g. `nodejs22.x` */
  readonly runtime: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  /** MiB */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architecture: string;
  readonly layers: readonly LayerReference[];
  readonly logging: LoggingConfiguration;
  /** MiB */
  readonly ephemeralStorage: number;
  readonly tracing: string;
  /** Kept and told; functions reach the network of this machine. */
  readonly network?: FunctionNetwork | undefined;
  /** Of the environment variables; the account's own if there is none. */
  readonly kmsKeyArn?: string | undefined;
  readonly code: CodeReference;
  /** Changes with every change. */
  readonly revisionId: string;
  readonly modified: Date;
}

export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly allowsIpv6: boolean;
}

export interface LoggingConfiguration {
  readonly format: 'Text' | 'JSON';
  readonly group: string;
  readonly applicationLevel?: string | undefined;
  readonly systemLevel?: string | undefined;
}

export interface CodeReference {
  /** SHA-256 of the zip file in base64. */
  readonly sha256: string;
  /** Bytes of the zip file. */
  readonly size: number;
}

/** A layer version; its code stays with the function when the version is deleted. */
export interface LayerReference {
  readonly arn: string;
  readonly code: CodeReference;
}

export interface FunctionAlias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Shares of the invocations that go to other versions. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** ARN of what gets a record of an event that was given up. */
  readonly onFailure?: string | undefined;
  readonly modified: Date;
}

export interface StoredLayer {
  readonly name: string;
  readonly versions: Map<number, LayerVersion>;
  lastVersion: number;
}

export interface LayerVersion {
  readonly version: number;
  readonly description: string;
  readonly code: CodeReference;
  readonly runtimes: readonly string[];
  readonly architectures: readonly string[];
  readonly license?: string | undefined;
  readonly created: Date;
}

/** A function URL as it is stored. */
export interface StoredUrl {
  readonly id: string;
  readonly functionName: string;
  /** Alias; undefined for the unpublished function. */
  readonly qualifier: string | undefined;
  readonly authType: FunctionUrlAuthType;
  readonly cors: Cors | undefined;
  readonly created: Date;
  readonly modified: Date;
}
