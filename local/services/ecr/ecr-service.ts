import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { HttpRoute } from '../../gateway/gateway';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import type { StsService } from '../sts/sts-service';
import { ImageOperations } from './image-operations';
import { implementedInputs } from './inputs';
import { LayerOperations } from './layer-operations';
import { LayerStore } from './layer-store';
import { registryToken } from './registry-token';
import { Repositories, type Repository } from './repositories';
import { repositoryResource } from './resources';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
const TOKEN_MILLIS = 12 * 60 * 60 * 1000;

/** ECR: repositories with the images that were pushed to them, and AWS's images that have a stand-in here. */
export class EcrService implements Service {
  readonly name = 'ecr';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>>;
  readonly operations: Operations<typeof sdk>;
  readonly routes: readonly HttpRoute[];
  private readonly repositories: Repositories;
  private readonly layers: LayerStore;
  private readonly images: ImageOperations;

  constructor(private readonly cloud: Cloud) {
    this.repositories = new Repositories(cloud);
    this.layers = new LayerStore(join(cloud.directory, 'ecr'));
    this.images = new ImageOperations(cloud, this.repositories, this.layers);
    const layers = new LayerOperations(cloud, this.repositories, this.layers);
    this.resources = { 'AWS::ECR::Repository': repositoryResource(cloud) };
    this.operations = { ...this.repositoryOperations, ...layers.operations, ...this.images.operations };
    this.routes = [layers.route];
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    if (operation === 'GetAuthorizationToken') return [{ action: `ecr:${operation}`, resource: '*' }];
    const names = (input.repositoryNames as string[] | undefined) ?? [
      (input.repositoryName ?? '*') as string,
    ];
    return names.map((name) => ({
      action: `ecr:${operation}`,
      resource: this.repositories.arnOf(name, input.registryId as string | undefined),
    }));
  }

  resourcePolicy(arn: string) {
    return parsePolicy(this.repositories.policyOf(arn));
  }

  /** Whether an image was pushed, for what AWS does inside itself. */
  hasImage(repository: string, image: sdk.ImageIdentifier): boolean {
    return this.images.find(repository, image) !== undefined;
  }

  private readonly repositoryOperations: Operations<typeof sdk> = {
    GetAuthorizationToken: (_input, { principal }) => {
      // Clients compare with their own clock, which is the real one.
      const expires = Date.now() + TOKEN_MILLIS;
      const credentials = this.cloud.service<StsService>('sts').issue(principal, expires);
      return {
        authorizationData: [
          {
            authorizationToken: registryToken(credentials),
            expiresAt: new Date(expires),
            proxyEndpoint: `https://${this.cloud.account}.dkr.ecr.${this.cloud.region}.amazonaws.com`,
          },
        ],
      };
    },

    CreateRepository: (input) => ({
      repository: this.describe(
        this.repositories.add(input.repositoryName as string, {
          tagMutability: input.imageTagMutability ?? 'MUTABLE',
          scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
        }),
      ),
    }),

    DescribeRepositories: (input) => ({
      repositories: (input.repositoryNames ?? this.repositories.names()).map((name) =>
        this.describe(this.repositories.find(name)),
      ),
    }),

    DeleteRepository: async (input) => {
      const repository = this.repositories.find(input.repositoryName);
      const { name } = repository;
      if (!input.force && this.images.imagesOf(name).length > 0) {
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${name}' in registry with id '${this.cloud.account}' cannot be deleted because it still contains images`,
        );
      }
      this.repositories.delete(name);
      this.images.deleteAll(name);
      await this.layers.deleteAll(name);
      return { repository: this.describe(repository) };
    },

    PutImageTagMutability: (input) => {
      this.repositories.find(input.repositoryName).tagMutability =
        input.imageTagMutability as sdk.ImageTagMutability;
      return {};
    },

    PutImageScanningConfiguration: (input) => {
      this.repositories.find(input.repositoryName).scanOnPush =
        input.imageScanningConfiguration?.scanOnPush ?? false;
      return {};
    },

    PutLifecyclePolicy: (input) => {
      this.repositories.find(input.repositoryName).lifecyclePolicy = input.lifecyclePolicyText;
      return {};
    },

    DeleteLifecyclePolicy: (input) => {
      delete this.repositories.find(input.repositoryName).lifecyclePolicy;
      return {};
    },

    SetRepositoryPolicy: (input) => {
      this.repositories.find(input.repositoryName).policy = input.policyText;
      return {};
    },

    DeleteRepositoryPolicy: (input) => {
      delete this.repositories.find(input.repositoryName).policy;
      return {};
    },
  };

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
