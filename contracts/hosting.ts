/** How versions are served. */
export interface HostingSettings {
  readonly servingEnvironment: Readonly<Record<string, string>>;
  /** Whether models run without a network. */
  readonly networkIsolation: boolean;
  /** What the endpoint's variants run on; absent where a function serves alone. */
  readonly hosting?: EndpointSettings | undefined;
}

export type EndpointSettings = RealTimeSettings | AsynchronousSettings | ServerlessSettings;

/** Instances that answer at once. */
export interface RealTimeSettings extends InstanceSettings {
  readonly kind: 'realTime';
}

/** Instances that answer requests which wait in a queue. */
export interface AsynchronousSettings extends InstanceSettings {
  readonly kind: 'asynchronous';
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
  /** A predefined metric, or one of the endpoint. */
  readonly metric: string;
  /** Whether the metric has the dimension `EndpointName` alone, and is not predefined. @default false */
  readonly isOfEndpoint?: boolean | undefined;
  readonly targetValue: number;
  readonly scaleInCooldownSeconds?: number | undefined;
  readonly scaleOutCooldownSeconds?: number | undefined;
}

/** Instances of the function that serves which are started before requests. */
export interface ProvisionedConcurrencySettings {
  readonly minimum: number;
  readonly maximum: number;
  /** Share of them that is to be busy. */
  readonly targetUtilization: number;
}

/** The alias under which callers invoke the function that serves. */
export interface LiveAliasSettings {
  readonly functionName: string;
  readonly aliasName: string;
}
