import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  DescribeModelPackageCommand,
  type DescribeModelPackageCommandOutput,
  paginateListModelPackages,
  type SageMakerClient,
  UpdateModelPackageCommand,
  type UpdateModelPackageCommandInput,
} from '@aws-sdk/client-sagemaker';

/** A version in the registry. */
export interface RegisteredVersion {
  readonly modelVersion: string;
  readonly modelPackageArn: string;
  /** SageMaker's own number of the package. */
  readonly packageVersion: number;
  readonly approval: 'Approved' | 'Rejected' | 'PendingManualApproval';
  /** The container that it was evaluated in. */
  readonly container: {
    readonly image: string;
    readonly modelDataUrl: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** The package's `CustomerMetadataProperties`: lineage, verdict and what became of it. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A package to register; group and `modelVersion` among the properties are added. */
export type NewPackage = Omit<CreateModelPackageCommandInput, 'ModelPackageGroupName'>;

/** A version that the registry does not know. */
export class UnknownModelVersionError extends Error {
  override readonly name = 'UnknownModelVersion';
}

/** The registry of one model: packages of a SageMaker model package group. */
export class ModelRegistry {
  constructor(
    private readonly client: SageMakerClient,
    private readonly group: string,
  ) {}

  /**
   * Versions, the newest first, each looked up when it is requested. Packages without a model version
   * are left out.
   */
  async *versions(): AsyncGenerator<RegisteredVersion> {
    const pages = paginateListModelPackages(
      { client: this.client },
      { ModelPackageGroupName: this.group, SortBy: 'CreationTime', SortOrder: 'Descending' },
    );
    for await (const { ModelPackageSummaryList = [] } of pages) {
      for (const { ModelPackageArn } of ModelPackageSummaryList) {
        const version = registeredVersion(
          await this.client.send(new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn })),
        );
        if (version) yield version;
      }
    }
  }

  /** The version registered last, undefined if there is none. */
  async newest(): Promise<RegisteredVersion | undefined> {
    for await (const version of this.versions()) return version;
    return undefined;
  }

  /** A version, undefined if it is not registered. */
  async find(modelVersion: string): Promise<RegisteredVersion | undefined> {
    for await (const version of this.versions()) {
      if (version.modelVersion === modelVersion) return version;
    }
    return undefined;
  }

  /** @throws UnknownModelVersionError that lists the versions there are */
  async get(modelVersion: string): Promise<RegisteredVersion> {
    const others: string[] = [];
    for await (const version of this.versions()) {
      if (version.modelVersion === modelVersion) return version;
      others.push(version.modelVersion);
    }
    const known =
      others.length > 0 ? `it has ${others.join(', ')}` : 'it has none yet: retrain or import a model first';
    throw new UnknownModelVersionError(
      `model version '${modelVersion}' is not in the registry ${this.group}; ${known}`,
    );
  }

  /** A package as SageMaker describes it, whoever put it into the registry. */
  describe(modelPackageArn: string): Promise<DescribeModelPackageCommandOutput> {
    return this.client.send(new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }));
  }

  /** Registers a version. @returns ARN of its package */
  async register(modelVersion: string, input: NewPackage): Promise<string> {
    const { ModelPackageArn } = await this.client.send(
      new CreateModelPackageCommand({
        ...input,
        ModelPackageGroupName: this.group,
        CustomerMetadataProperties: { ...input.CustomerMetadataProperties, modelVersion },
      }),
    );
    if (!ModelPackageArn) throw new Error(`version ${modelVersion} was registered without an ARN`);
    return ModelPackageArn;
  }

  /** Puts what a package tells of its evaluation in the place of what it told. */
  async judgeAgain(
    modelPackageArn: string,
    judgement: Pick<
      UpdateModelPackageCommandInput,
      'ModelApprovalStatus' | 'ApprovalDescription' | 'CustomerMetadataProperties' | 'ModelCard'
    >,
  ): Promise<void> {
    await this.client.send(new UpdateModelPackageCommand({ ModelPackageArn: modelPackageArn, ...judgement }));
  }

  /** Marks a version as the one in production since a time, ISO 8601 in UTC. */
  async markInProduction(modelPackageArn: string, since: string): Promise<void> {
    await this.client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: modelPackageArn,
        CustomerMetadataProperties: { releasedAt: since },
        ModelLifeCycle: { Stage: 'Production', StageStatus: 'Serving', StageDescription: `since ${since}` },
      }),
    );
  }

  /** Marks a version as one that was in production until another one took its place. */
  async markReplaced(modelPackageArn: string, until: string, by: string): Promise<void> {
    const StageDescription = `by version ${by} at ${until}`;
    await this.client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: modelPackageArn,
        ModelLifeCycle: { Stage: 'Archived', StageStatus: 'Replaced', StageDescription },
      }),
    );
  }
}

function registeredVersion(output: DescribeModelPackageCommandOutput): RegisteredVersion | undefined {
  const {
    ModelPackageArn,
    ModelPackageVersion,
    ModelApprovalStatus,
    InferenceSpecification,
    CustomerMetadataProperties = {},
  } = output;
  const { modelVersion } = CustomerMetadataProperties;
  const container = InferenceSpecification?.Containers?.[0];
  if (!modelVersion || !ModelPackageArn || !container?.ModelDataUrl) return undefined;
  return {
    modelVersion,
    modelPackageArn: ModelPackageArn,
    packageVersion: ModelPackageVersion ?? 0,
    approval: ModelApprovalStatus ?? 'PendingManualApproval',
    container: {
      image: container.Image ?? '',
      modelDataUrl: container.ModelDataUrl,
      environment: container.Environment ?? {},
    },
    properties: CustomerMetadataProperties,
  };
}
