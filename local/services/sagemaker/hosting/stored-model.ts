import type { ContainerDefinition, VpcConfig } from '@aws-sdk/client-sagemaker';

export interface StoredModel {
  readonly name: string;
  readonly created: Date;
  readonly roleArn: string;
  /** As it was given. */
  readonly container: ContainerDefinition;
  /** Whether it was given as the only one of `Containers`. */
  readonly isList: boolean;
  readonly serving: ServingDefinition;
  /** Kept and told; containers reach the network of this machine. */
  readonly network?: VpcConfig | undefined;
}

/** What a serving container needs; endpoints keep it, so that they outlive their model. */
export interface ServingDefinition {
  readonly image: string;
  readonly modelDataUrl?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  /** Whether it has no network. Models restored from a data folder of an earlier version do not tell. */
  readonly isIsolated?: boolean;
}
