/** How versions are served. */
export interface HostingSettings {
  readonly servingEnvironment: Readonly<Record<string, string>>;
  /** Whether models run without a network. */
  readonly networkIsolation: boolean;
  /** What the endpoint's variants run on; absent where a function serves alone. */
  readonly hosting?: EndpointSettings | undefined;
}

export type EndpointSettings = RealTimeSettings | ServerlessSettings;

/** Instances that answer at once. */
export interface RealTimeSettings extends InstanceSettings {
  readonly kind: 'realTime';
}

/** Containers that SageMaker starts as requests come. */
export interface ServerlessSettings {
  readonly kind: 'serverless';
  readonly memorySizeInMb: number;
  readonly maxConcurrency: number;
  /** Absent if no containers are kept warm. */
  readonly provisionedConcurrency?: number | undefined;
}

export interface InstanceSettings {
  readonly instanceType: string;
  readonly initialInstanceCount: number;
}

/** Instances between which the variant in production scales. */
export interface CapacityRange {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** How the variant in production scales, in the terms of Application Auto Scaling. */
export interface ScalingSettings extends CapacityRange {
  /** A predefined metric. */
  readonly metric: string;
  readonly targetValue: number;
  readonly scaleInCooldownSeconds?: number | undefined;
  readonly scaleOutCooldownSeconds?: number | undefined;
}

/** The alias under which callers invoke the function that serves. */
export interface LiveAliasSettings {
  readonly functionName: string;
  readonly aliasName: string;
}
