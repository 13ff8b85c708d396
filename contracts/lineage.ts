/** What is known of a model that was trained elsewhere, besides its origin. */
export interface Provenance {
  /** ARN of the model package that its trainer put into the registry. */
  readonly sourcePackage?: string | undefined;
  /** What made it, such as the ARN of an execution of SageMaker Pipelines. */
  readonly generatedBy?: string | undefined;
  /** ARN or name of who put the package into the registry. */
  readonly createdBy?: string | undefined;
  /** Repository of the scripts that trained it. */
  readonly repository?: string | undefined;
  /** Checksum of the model where it came from, after the name of the algorithm: `md5:...`. */
  readonly originDigest?: string | undefined;
}

/** What a model was made of. */
export interface Lineage extends Provenance {
  /** Of a model trained elsewhere, the sample that came with it; empty if none did. */
  readonly dataVersion: string;
  /** Where the archive came from, if the model was trained elsewhere. */
  readonly origin?: string | undefined;
  /** Hash of the folder with the scripts. */
  readonly codeVersion: string;
  /**
   * Git commit that last changed the folder; absent if it is not under version control, or has other changes.
   */
  readonly commit?: string | undefined;
  /** URI of the container image that serves, as the pipeline names it. */
  readonly image: string;
  /** Digest of the image when the version was planned; absent if the image's registry does not provide it. */
  readonly imageDigest?: string | undefined;
  /** URI of the container image that trains, as the pipeline names it; absent if the same image serves. */
  readonly trainingImage?: string | undefined;
  /** Its digest; absent as `imageDigest` is. */
  readonly trainingImageDigest?: string | undefined;
  /** Hash of the hyperparameters, and of the search for others. */
  readonly configHash: string;
  /** Hash of the label and the features, in their order. */
  readonly schemaHash: string;
}
