import type {
  Cloud,
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

/** AWS::ECR::Repository */
export function repositoryResource(cloud: Pick<Cloud, 'account' | 'region' | 'arn'>): ResourceProvider {
  const state = (name: string): ResourceState => ({
    physicalId: name,
    attributes: {
      Arn: cloud.arn('ecr', `repository/${name}`),
      RepositoryUri: `${cloud.account}.dkr.ecr.${cloud.region}.amazonaws.com/${name}`,
    },
  });
  return {
    properties: [
      'RepositoryName',
      'ImageTagMutability',
      'ImageScanningConfiguration',
      'LifecyclePolicy',
      'RepositoryPolicyText',
    ],
    createOnly: ['RepositoryName'],

    async create(properties, context) {
      const repositoryName =
        (properties.RepositoryName as string | undefined) ??
        context.generateName({ maxLength: 256, lowerCase: true });
      await context.call('ecr', 'CreateRepository', { repositoryName });
      await configure(repositoryName, properties, {}, context);
      return state(repositoryName);
    },

    async update(name, properties, previous, context) {
      await configure(name, properties, previous, context);
      return state(name);
    },

    async delete(name, _properties, context) {
      await context.call('ecr', 'DeleteRepository', { repositoryName: name }).catch((error: Error) => {
        if (error.name !== 'RepositoryNotFoundException') throw error;
      });
    },
  };
}

async function configure(
  repositoryName: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const call = (operation: string, input: object = {}) =>
    context.call('ecr', operation, { repositoryName, ...input });
  await call('PutImageTagMutability', { imageTagMutability: properties.ImageTagMutability ?? 'MUTABLE' });
  const scanOnPush = String(properties.ImageScanningConfiguration?.ScanOnPush ?? false) === 'true';
  await call('PutImageScanningConfiguration', { imageScanningConfiguration: { scanOnPush } });
  const lifecycle = properties.LifecyclePolicy?.LifecyclePolicyText;
  if (lifecycle) await call('PutLifecyclePolicy', { lifecyclePolicyText: lifecycle });
  else if (previous.LifecyclePolicy) await call('DeleteLifecyclePolicy');
  const policy = properties.RepositoryPolicyText;
  if (policy) await call('SetRepositoryPolicy', { policyText: JSON.stringify(policy) });
  else if (previous.RepositoryPolicyText) await call('DeleteRepositoryPolicy');
}
