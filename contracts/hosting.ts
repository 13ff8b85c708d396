/** How versions are served. */
export interface HostingSettings {
  readonly servingEnvironment: Readonly<Record<string, string>>;
  /** Whether models run without a network. */
  readonly networkIsolation: boolean;
  /** Of the endpoint; absent where a function serves alone. */
  readonly hosting?: InstanceSettings | undefined;
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
