import type { Lineage, Provenance } from '../lineage';
import type { ObjectLocation } from '../object-location';
import type { PinnedArtifacts } from '../pinned-artifacts';
import type { Problem } from '../problem';

/** Settings of `register-artifact`. */
export interface RegisterArtifactSettings {
  /** URI of the image that serves versions. */
  readonly image: string;
  /**
   * The script that serves, in the folder `code/` of an archive or in the source; absent if the container
   * needs none.
   */
  readonly inferenceScript?: string | undefined;
  /** What else an archive must have, for the container to load it. */
  readonly files: readonly RequiredFile[];
  /** Content types of requests that the container takes. */
  readonly contentTypes: readonly string[];
  /** Scripts of versions whose archive has none; absent if each archive must have its own. */
  readonly source?:
    | {
        readonly location: ObjectLocation;
        readonly codeVersion: string;
        /** Git commit of the scripts. */
        readonly commit?: string | undefined;
      }
    | undefined;
  /** Environment of the container that serves what is in an archive. */
  readonly servingEnvironment: Readonly<Record<string, string>>;
  /** Instance type of the endpoint. */
  readonly instanceType: string;
  /** What is predicted. */
  readonly problem: Problem;
  /** Whether a function serves, which runs `model.onnx` of the archive. */
  readonly servesByFunction: boolean;
  /** Whether the pipeline's owner has requests of their own that each version must answer. */
  readonly hasSmokeTestRequests: boolean;
  /** ARN of the key that signs versions; absent if they are not signed. */
  readonly signingKey?: string | undefined;
  /** Column of the pipeline's data with the label; absent if the pipeline has none. */
  readonly label?: string | undefined;
  /** Other columns of the pipeline's data that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Columns of a holdout that the promotion policy reads. */
  readonly judgedBy: readonly string[];
  /** ARN of the workflow that compares a version with the champion. */
  readonly registrationStateMachine: string;
  /**
   * What follows from a model package that somebody else put into the registry: a version, or a version that
   * is released if the promotion policy approves it; absent if nothing does.
   */
  readonly onModelPackage?: 'register' | 'release' | undefined;
}

/** A file of an archive. */
export interface RequiredFile {
  /** Regular expression of its path. */
  readonly pattern: string;
  /** In words, with an example. */
  readonly description: string;
}

/** Request to `register-artifact`. */
export interface RegisterArtifactRequest {
  /** `s3://` URI of a `model.tar.gz`. */
  readonly artifact: string;
  /**
   * `s3://` URI of rows as the model was trained on, with a header: CSV, JSON lines or Parquet. Its first
   * rows are sent to the version before it has traffic, and all of them are what traffic is compared with.
   */
  readonly sample?: string | undefined;
  /**
   * Instead of a sample, `s3://` URI of requests as callers send them: JSON lines, each of which is the body
   * of one. Their first ones are sent to the version before it has traffic, and all of them are what traffic
   * is compared with: tensors by summaries.
   */
  readonly requests?: string | undefined;
  /**
   * `s3://` URI of labeled rows that the model was not trained on, with a header: CSV, JSON lines or Parquet.
   * The version and the one in production score them, and the promotion policy judges both. `production`: the
   * rows that the version in production was judged on.
   */
  readonly holdout?: string | undefined;
  /** Column of the sample and the holdout with the label, which is no feature. */
  readonly label?: string | undefined;
  /** Semantic version. By default the next one, by what has changed. */
  readonly version?: string | undefined;
  /** By name, as they were measured elsewhere. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /** What the registry tells of where the model comes from. By default the artifact's URI. */
  readonly origin?: string | undefined;
  /** What else is known of where it comes from. */
  readonly provenance?: (Provenance & Pick<Lineage, 'commit'>) | undefined;
  /** Whether the version is released once the promotion policy has approved it; it then needs a holdout. */
  readonly release?: boolean | undefined;
}

/** Answer of `register-artifact`. */
export interface RegisteredArtifact {
  readonly modelVersion: string;
  /** Where it comes from. */
  readonly origin: string;
  /** The approved version; absent if it is compared with the champion first. */
  readonly modelPackageArn?: string | undefined;
  /** Execution of the workflow that compares it, and registers it; absent without a holdout. */
  readonly execution?: string | undefined;
}

/** Input of the registration workflow: a version that is ready to be scored. */
export interface RegistrationOrder {
  readonly modelVersion: string;
  /** The version registered before it; null for the first. */
  readonly parentVersion: string | null;
  readonly modelDataUrl: string;
  /** The image that scores and serves it, by its digest if that is known. */
  readonly image: string;
  /** Of the container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly lineage: Lineage;
  readonly artifacts: Omit<PinnedArtifacts, 'baseline'>;
  /** By name, as they were measured elsewhere. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly dataVersion: string;
  /** `s3://` URI of the features of the holdout. */
  readonly holdoutUri: string;
  /** Whether it is released once it is approved. */
  readonly release?: boolean | undefined;
}
