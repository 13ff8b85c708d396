import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** `<account>.dkr.ecr.<region>.<suffix>/<repository>[:tag][@digest]`; account and region may be tokens, which hold no slash. */
const IMAGE =
  /^(?<account>.+)\.dkr\.ecr(?:-fips)?\.(?<region>\$\{Token\[[^\]]+\]\}|[^.]+)\.[^/]+\/(?<repository>[^:@]+)/;

/**
 * ARN of the ECR repository that an image is in.
 *
 * @returns undefined if the URI is known only at deployment, or not of ECR
 */
export function repositoryArn(scope: Construct, image: string): string | undefined {
  const { account, region, repository } = IMAGE.exec(image)?.groups ?? {};
  if (repository === undefined) return undefined;
  return `arn:${Stack.of(scope).partition}:ecr:${region}:${account}:repository/${repository}`;
}
