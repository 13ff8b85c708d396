import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  BatchGetImage: 'repositoryName imageIds registryId (acceptedMediaTypes)',
  CreateRepository: 'repositoryName (tags) imageTagMutability imageScanningConfiguration',
  DeleteLifecyclePolicy: 'repositoryName',
  DeleteRepository: 'repositoryName (force)',
  DeleteRepositoryPolicy: 'repositoryName',
  DescribeImages: 'repositoryName imageIds (nextToken) (maxResults)',
  DescribeRepositories: 'repositoryNames',
  PutImageScanningConfiguration: 'repositoryName imageScanningConfiguration',
  PutImageTagMutability: 'repositoryName imageTagMutability',
  PutLifecyclePolicy: 'repositoryName lifecyclePolicyText',
  SetRepositoryPolicy: 'repositoryName policyText',

  ImageIdentifier: 'imageDigest imageTag',
  ImageScanningConfiguration: 'scanOnPush',
};
