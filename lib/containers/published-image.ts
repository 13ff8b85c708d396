import { CfnMapping, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import type { ContainerImage, ContainerInstances } from './container-image';
import { IMAGE_SOURCE, IMAGES, type ImageVersion, REGISTRIES } from './image-data';
import { processorOf } from './processor';

/** An image that AWS publishes. */
export type PublishedImageName = keyof typeof IMAGES;

export interface PublishedImageProps {
  readonly image: PublishedImageName;
  readonly version: string;
  /**
   * The oldest version whose one tag is for instances with and without GPUs.
   * @default - GPUs have a tag of their own, or none
   */
  readonly gpuSince?: string;
  /** What takes an image that AWS does not publish. */
  readonly wayOut: 'ServingContainer.custom' | 'TrainingContainer.custom';
}

/** Versions of an image, the newest last. */
export function versionsOf(image: PublishedImageName): string[] {
  return Object.keys(IMAGES[image]);
}

/** The newest version that all of the images have. */
export function newestVersion(image: PublishedImageName, ...others: PublishedImageName[]): string {
  const versions = versionsOf(image).filter((each) =>
    others.every((other) => versionsOf(other).includes(each)),
  );
  return versions.at(-1) as string;
}

/** Repositories in which AWS publishes images for a use. */
export function publishedRepositories(use: 'training' | 'inference'): string[] {
  const versions = Object.entries(IMAGES).flatMap(([name, image]) =>
    name.endsWith(`-${use}`) ? (Object.values(image) as ImageVersion[]) : [],
  );
  return [...new Set(versions.map(({ repository }) => repository))];
}

/** An image that AWS publishes, by its version. */
export class PublishedImage implements ContainerImage {
  constructor(private readonly props: PublishedImageProps) {}

  bind(scope: Construct, container: string, instances: readonly ContainerInstances[]): string {
    const { image, version, wayOut } = this.props;
    const found: ImageVersion | undefined = Object.entries(IMAGES[image]).find(
      ([name]) => name === version,
    )?.[1];
    if (!found) {
      throw new Error(
        `${scope.node.path}: ${container} has no version ${JSON.stringify(version)}: AWS publishes ${versionsOf(image).join(', ')} (${IMAGE_SOURCE}); for another one, use ${wayOut}`,
      );
    }
    const tag = this.tagFor(scope, container, instances, found);
    const { region, urlSuffix } = Stack.of(scope);
    return `${this.account(scope, container, found)}.dkr.ecr.${region}.${urlSuffix}/${found.repository}:${tag}`;
  }

  /** The tag that all of the instances can run. */
  private tagFor(
    scope: Construct,
    container: string,
    instances: readonly ContainerInstances[],
    { cpu, gpu = this.hasOneTag() ? cpu : undefined }: ImageVersion,
  ): string {
    const { wayOut } = this.props;
    const validation = new Validation(scope);
    const tags = instances.map(({ prop, instanceType }) => {
      if (Token.isUnresolved(instanceType)) {
        if (cpu === gpu || cpu === undefined || gpu === undefined) return cpu ?? gpu;
        validation.add(
          `${prop} must be known at synth, since ${container} has an image for instances with GPUs and another one for those without: give it as text, or use ${wayOut}`,
        );
        return undefined;
      }
      const processor = processorOf(instanceType);
      const tag = { cpu, gpu, arm: undefined, neuron: undefined }[processor];
      if (tag === undefined) {
        validation.add(
          `${prop} ${instanceType} ${HAS[processor]}, and AWS publishes no image of ${container} ${this.props.version} for it: choose an instance type such as ${cpu ? 'ml.m5.large' : 'ml.g5.xlarge'}, or build an image and use ${wayOut}`,
        );
      }
      return tag;
    });
    const [first] = instances;
    const other = instances[tags.findIndex((tag) => tag !== undefined && tag !== tags[0])];
    if (first && other && tags[0] !== undefined) {
      validation.add(
        `${other.prop} ${other.instanceType} and ${first.prop} ${first.instanceType} must both have GPUs or both have none: one image of ${container} runs on both`,
      );
    }
    validation.finish();
    return tags[0] as string;
  }

  private hasOneTag(): boolean {
    const { image, version, gpuSince } = this.props;
    const versions = versionsOf(image);
    return gpuSince !== undefined && versions.indexOf(version) >= versions.indexOf(gpuSince);
  }

  private account(scope: Construct, container: string, found: ImageVersion): string {
    const { version, wayOut } = this.props;
    const stack = Stack.of(scope);
    const accounts = accountsOf(found);
    if (Token.isUnresolved(stack.region)) {
      const id = mappingId(found.repository, version);
      const mapping =
        (stack.node.tryFindChild(id) as CfnMapping | undefined) ??
        new CfnMapping(stack, id, {
          mapping: Object.fromEntries(
            Object.entries(accounts).map(([region, account]) => [region, { account }]),
          ),
        });
      return mapping.findInMap(Fn.ref('AWS::Region'), 'account');
    }
    const account = accounts[stack.region];
    if (account === undefined) {
      throw new Error(
        `${scope.node.path}: AWS publishes no image of ${container} ${version} in ${stack.region}; it does in ${Object.keys(accounts).join(', ')} (${IMAGE_SOURCE}): copy it to a repository of your own and use ${wayOut}`,
      );
    }
    return account;
  }
}

/** What tells an instance from others, in a message. */
const HAS = {
  cpu: 'has no GPU',
  gpu: 'has GPUs',
  arm: 'has an AWS Graviton processor',
  neuron: 'has AWS Neuron accelerators',
} as const;

function accountsOf({ registry, lackedBy = '' }: ImageVersion): { readonly [region: string]: string } {
  const lacking = lackedBy.split(' ');
  return Object.fromEntries(
    Object.entries(REGISTRIES[registry]).filter(([region]) => !lacking.includes(region)),
  );
}

/** Of `sagemaker-xgboost` and `3.2-0`: `SagemakerXgboost320Registries`. */
function mappingId(repository: string, version: string): string {
  const words = repository.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}${version.replace(/[^a-z0-9]/g, '')}Registries`;
}
