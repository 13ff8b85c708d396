/** A container image in ECR, by its tag or its digest. */
export interface ContainerImage {
  /** Account of the registry. */
  readonly account: string;
  readonly repository: string;
  /** URI without tag and digest. */
  readonly repositoryUri: string;
  readonly tag?: string;
  /** `sha256:...` of its manifest: of its content. */
  readonly digest?: string;
}

/**
 * Reads an image's URI, such as
 * `683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3`.
 *
 * @throws Error if it names no image in ECR
 */
export function parseContainerImage(uri: string): ContainerImage {
  const { repositoryUri, account, repository, tag, digest } = ECR_IMAGE.exec(uri)?.groups ?? {};
  if (!repositoryUri || !account || !repository)
    throw new Error(`'${uri}' names no image in ECR; SageMaker takes its images from there`);
  return { account, repository, repositoryUri, ...(tag && { tag }), ...(digest && { digest }) };
}

/**
 * The image by its content, so that it is the same one whatever its tag is given to later.
 *
 * @param digest undefined if it is not known: then the image stays what it was called
 */
export function pinnedImage(uri: string, digest: string | undefined): string {
  return digest === undefined ? uri : `${parseContainerImage(uri).repositoryUri}@${digest}`;
}

/** Whether two URIs name the same image; one that is pinned by its content may be any of its repository. */
export function isSameImage(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((uri) => ECR_IMAGE.exec(uri)?.groups);
  const isPinned = a?.digest !== undefined || b?.digest !== undefined;
  return a !== undefined && a.repositoryUri === b?.repositoryUri && isPinned;
}

const ECR_IMAGE =
  /^(?<repositoryUri>(?<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.[a-z0-9.-]+\/(?<repository>[a-z0-9._/-]+))(?::(?<tag>[\w.-]+)|@(?<digest>sha256:[0-9a-f]{64}))?$/;
