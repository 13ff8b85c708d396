/** The parts of the address of an image in ECR. */
export interface ImageUri {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** An image has a tag or a digest. */
  readonly tag?: string;
  /** `sha256:...` */
  readonly digest?: string;
}

/**
 * The address of an image in a private registry of ECR, by tag or by digest:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html
 *
 * @returns undefined for the address of another registry, and for one without a tag or digest
 */
export function parseImageUri(uri: string): ImageUri | undefined {
  const { account, region, repository, tag, digest } = PRIVATE_IMAGE.exec(uri)?.groups ?? {};
  if (!account || !region || !repository) return undefined;
  return { account, region, repository, ...(tag && { tag }), ...(digest && { digest }) };
}

const PRIVATE_IMAGE =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repository>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>\w[\w.-]{0,127})|@(?<digest>sha256:[0-9a-f]{64}))$/;
