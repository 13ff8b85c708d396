import * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { implementedInputs } from './inputs';
import { repositoryResource } from './resources';
import { standInImage } from './stand-in-image';

interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  tagMutability: sdk.ImageTagMutability;
  scanOnPush: boolean;
  lifecyclePolicy?: string;
  policy?: string;
}

/**
 * ECR: repositories of one's own, which hold no images since no image can be pushed here, and AWS's images
 * for which the local cloud has a stand-in.
 */
export class EcrService implements Service {
  readonly name = 'ecr';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>>;
  private readonly repositories: Map<string, Repository>;

  constructor(private readonly cloud: Cloud) {
    this.repositories = cloud.table('ecr/repositories');
    this.resources = { 'AWS::ECR::Repository': repositoryResource(cloud) };
  }

  readonly operations: Operations<typeof sdk> = {
    CreateRepository: (input) => {
      const name = input.repositoryName as string;
      if (this.repositories.has(name)) {
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${this.cloud.account}'`,
        );
      }
      const repository: Repository = {
        name,
        arn: this.arnOf(name),
        created: this.cloud.clock.date(),
        tagMutability: input.imageTagMutability ?? 'MUTABLE',
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      };
      this.repositories.set(name, repository);
      return { repository: this.describe(repository) };
    },

    DescribeRepositories: (input) => ({
      repositories: (input.repositoryNames ?? [...this.repositories.keys()]).map((name) =>
        this.describe(this.find(name)),
      ),
    }),

    DeleteRepository: (input) => {
      const repository = this.find(input.repositoryName);
      this.repositories.delete(repository.name);
      return { repository: this.describe(repository) };
    },

    DescribeImages: (input) => {
      this.find(input.repositoryName);
      if (input.imageIds?.length) {
        throw new AwsError(
          'ImageNotFoundException',
          `The image with imageId ${JSON.stringify(input.imageIds[0])} does not exist within the repository with name '${input.repositoryName}' in the registry with id '${this.cloud.account}'`,
        );
      }
      return { imageDetails: [] };
    },

    BatchGetImage: (input) => {
      const { registryId = this.cloud.account, repositoryName = '' } = input;
      if (registryId === this.cloud.account) this.find(repositoryName);
      const found = (input.imageIds ?? []).map((imageId) => {
        const image = standInImage(registryId, this.cloud.region, repositoryName, imageId.imageTag ?? '');
        return { imageId, image };
      });
      return {
        images: found.flatMap(({ image }) => image ?? []),
        failures: found
          .filter(({ image }) => !image)
          .map(({ imageId }) => ({
            imageId,
            failureCode: 'ImageNotFound' as const,
            failureReason: 'Requested image not found',
          })),
      };
    },

    PutImageTagMutability: (input) => {
      this.find(input.repositoryName).tagMutability = input.imageTagMutability as sdk.ImageTagMutability;
      return {};
    },

    PutImageScanningConfiguration: (input) => {
      this.find(input.repositoryName).scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
      return {};
    },

    PutLifecyclePolicy: (input) => {
      this.find(input.repositoryName).lifecyclePolicy = input.lifecyclePolicyText;
      return {};
    },

    DeleteLifecyclePolicy: (input) => {
      delete this.find(input.repositoryName).lifecyclePolicy;
      return {};
    },

    SetRepositoryPolicy: (input) => {
      this.find(input.repositoryName).policy = input.policyText;
      return {};
    },

    DeleteRepositoryPolicy: (input) => {
      delete this.find(input.repositoryName).policy;
      return {};
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const names = (input.repositoryNames as string[] | undefined) ?? [
      (input.repositoryName ?? '*') as string,
    ];
    return names.map((name) => ({
      action: `ecr:${operation}`,
      resource: this.arnOf(name, input.registryId as string | undefined),
    }));
  }

  resourcePolicy(arn: string) {
    const repository = [...this.repositories.values()].find((candidate) => candidate.arn === arn);
    return parsePolicy(repository?.policy);
  }

  private arnOf(name: string, registryId = this.cloud.account): string {
    return this.cloud.arn('ecr', `repository/${name}`).replace(this.cloud.account, registryId);
  }

  private find(name: string | undefined): Repository {
    const repository = this.repositories.get(name as string);
    if (repository) return repository;
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${this.cloud.account}'`,
    );
  }

  private describe({ name, arn, created, tagMutability, scanOnPush }: Repository): sdk.Repository {
    return {
      repositoryName: name,
      repositoryArn: arn,
      registryId: this.cloud.account,
      repositoryUri: `${this.cloud.account}.dkr.ecr.${this.cloud.region}.amazonaws.com/${name}`,
      createdAt: created,
      imageTagMutability: tagMutability,
      imageScanningConfiguration: { scanOnPush },
    };
  }
}
