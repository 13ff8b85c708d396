import type {
  AsyncInferenceConfig,
  DataCaptureConfig,
  DeploymentConfig,
  EndpointStatus,
  ProductionVariant,
  VariantStatus,
} from '@aws-sdk/client-sagemaker';
import type { ServingDefinition } from './stored-model';

export interface StoredEndpoint {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  readonly modified: Date;
  readonly status: EndpointStatus;
  /** Why the creation or the last update failed. */
  readonly failureReason?: string | undefined;
  /** What is live, or what is being created. */
  readonly deployment: Deployment;
  /** What an update brings up beside it. */
  readonly pending?: PendingDeployment | undefined;
  /** The latest that was given with an update. */
  readonly lastDeploymentConfig?: DeploymentConfig | undefined;
}

/** A new fleet that may have a share of the traffic. */
export interface PendingDeployment {
  readonly deployment: Deployment;
  readonly since: Date;
  readonly stage: VariantStatus;
  /** 0 to 1; the live fleet has the rest. */
  readonly share: number;
}

/** An endpoint config with its models, as it is or will be deployed. */
export interface Deployment {
  readonly configName: string;
  readonly variants: readonly DeployedVariant[];
  readonly shadowVariants: readonly DeployedVariant[];
  readonly capture?: DataCaptureConfig | undefined;
  /** How requests are queued and answered in S3; undefined if they are answered at once. */
  readonly asynchronous?: AsyncInferenceConfig | undefined;
}

export interface DeployedVariant {
  readonly name: string;
  readonly config: ProductionVariant;
  readonly serving: ServingDefinition;
  readonly weight: number;
  readonly instanceCount: number;
  /** When it was deployed. */
  readonly since: Date;
}

export function allVariants({ variants, shadowVariants }: Deployment): DeployedVariant[] {
  return [...variants, ...shadowVariants];
}
