import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  BatchCheckLayerAvailability: 'repositoryName layerDigests',
  BatchGetImage: 'repositoryName imageIds registryId (acceptedMediaTypes)',
  CompleteLayerUpload: 'repositoryName uploadId layerDigests',
  CreateRepository: 'repositoryName (tags) imageTagMutability imageScanningConfiguration',
  DeleteLifecyclePolicy: 'repositoryName',
  DeleteRepository: 'repositoryName force',
  DeleteRepositoryPolicy: 'repositoryName',
  DescribeImages: 'repositoryName imageIds (nextToken) (maxResults)',
  DescribeRepositories: 'repositoryNames',
  GetAuthorizationToken: '',
  GetDownloadUrlForLayer: 'repositoryName layerDigest',
  InitiateLayerUpload: 'repositoryName',
  PutImage: 'repositoryName imageManifest imageManifestMediaType imageTag',
  PutImageScanningConfiguration: 'repositoryName imageScanningConfiguration',
  PutImageTagMutability: 'repositoryName imageTagMutability',
  PutLifecyclePolicy: 'repositoryName lifecyclePolicyText',
  SetRepositoryPolicy: 'repositoryName policyText',
  UploadLayerPart: 'repositoryName uploadId partFirstByte partLastByte layerPartBlob',

  ImageIdentifier: 'imageDigest imageTag',
  ImageScanningConfiguration: 'scanOnPush',
};
