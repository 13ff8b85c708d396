import type { ProductionRoute, VariantName } from './routing';

/** The plan of a release: what `plan-release` answers, in the parameters of SageMaker's API calls. */
export interface ReleasePlan {
  readonly endpointName: string;
  /** Name of the release's execution. */
  readonly releaseId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly modelPackageArn: string;
  /** Null for a version without a data version in the registry. */
  readonly dataVersion: string | null;
  /** Whether the version's signature was verified. */
  readonly signed: boolean;
  readonly container: ServingContainer;
  readonly networkIsolation: boolean;
  /** The challenger's variant. */
  readonly variant: VariantName;
  readonly championVariant: VariantName | null;
  /** The version in production; null for the first release. */
  readonly champion: ProductionRoute | null;
  /**
   * The endpoint config during the release: with both variants, or the final one if there is one variant.
   * Null without an endpoint.
   */
  readonly configName: string | null;
  readonly variants: readonly DeployedVariant[];
  /** The endpoint config after the release; null without an endpoint. */
  readonly finalConfigName: string | null;
  readonly finalVariants: readonly DeployedVariant[];
  /** The version of the function that answers for the challenger; null if no function serves. */
  readonly functionVersion: string | null;
  readonly steps: readonly TrafficStep[];
  /** The endpoint config with the challenger as a shadow; null if it is not one. */
  readonly shadow: ShadowPlan | null;
  /** Whether nothing is in production. */
  readonly first: boolean;
}

/** Shares of the traffic during one step. They add up to 1. */
export interface TrafficStep {
  readonly challenger: number;
  readonly champion: number;
}

/** The endpoint config that makes the challenger a shadow. */
export interface ShadowPlan {
  readonly configName: string;
  readonly variants: readonly DeployedVariant[];
  readonly shadowVariants: readonly DeployedVariant[];
}

/** `ContainerDefinition` of SageMaker's `CreateModel`. */
export interface ServingContainer {
  readonly Image: string;
  readonly ModelDataUrl: string;
  readonly Environment: Readonly<Record<string, string>>;
}

/** `ProductionVariant` of SageMaker's `CreateEndpointConfig`. */
export interface DeployedVariant {
  readonly VariantName: string;
  readonly ModelName: string;
  readonly InstanceType?: string | undefined;
  readonly InitialInstanceCount?: number | undefined;
  /** Of a variant without instances. */
  readonly ServerlessConfig?:
    | {
        readonly MemorySizeInMB: number;
        readonly MaxConcurrency: number;
        readonly ProvisionedConcurrency?: number | undefined;
      }
    | undefined;
  readonly InitialVariantWeight: number;
}
