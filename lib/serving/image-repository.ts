import { Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * `<account>.dkr.ecr.<region>.<suffix>/<repository>[:tag][@digest]`; account and region may be tokens, which
 * hold no slash.
 */
const IMAGE =
  /^(?<account>.+)\.dkr\.ecr(?:-fips)?\.(?<region>\$\{Token\[[^\]]+\]\}|[^.]+)\.[^/]+\/(?<repository>[^:@]+)/;

/**
 * ARN of the ECR repository that an image is in. Of a URI that is known only at deployment, it covers all
 * repositories of the image's registry: CloudFormation can take the account and the region out of it, but not
 * a name that may have slashes.
 *
 * @returns undefined if the URI is not of ECR
 */
export function repositoryArn(scope: Construct, image: string): string | undefined {
  const { account, region, repository } = IMAGE.exec(image)?.groups ?? {};
  const ofRepository = (where: string, who: string, which: string) =>
    `arn:${Stack.of(scope).partition}:ecr:${where}:${who}:repository/${which}`;
  if (repository !== undefined) return ofRepository(`${region}`, `${account}`, repository);
  if (!Token.isUnresolved(image)) return undefined;
  const part = (index: number) => Fn.select(index, Fn.split('.', image));
  return ofRepository(part(3), part(0), '*');
}
