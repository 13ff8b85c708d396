import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import type { ContainerImage, ContainerInstances } from './container-image';
import { processorOf } from './processor';

/** An image that the CDK builds of a folder with a Dockerfile, and puts into ECR. */
export class ImageOfFolder implements ContainerImage {
  constructor(private readonly folder: string) {}

  bind(scope: Construct, container: string, instances: readonly ContainerInstances[]): string {
    if (!existsSync(join(this.folder, 'Dockerfile'))) {
      throw new Error(
        `${scope.node.path}: ${container} has no Dockerfile in ${this.folder}: add one, or use ServingContainer.custom for an image that exists`,
      );
    }
    const processors = instances.map(({ instanceType }) => processorOf(instanceType) === 'arm');
    const isArm = processors.some(Boolean);
    if (isArm && !processors.every(Boolean)) {
      const names = instances.map(({ prop, instanceType }) => `${prop} ${instanceType}`);
      throw new Error(
        `${scope.node.path}: ${names.join(' and ')} must both have AWS Graviton processors or both have none: one image of ${container} runs on both`,
      );
    }
    return new DockerImageAsset(scope, 'ServingImage', {
      directory: this.folder,
      platform: isArm ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    }).imageUri;
  }
}
