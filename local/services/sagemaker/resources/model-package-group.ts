import type { ResourceContext, ResourceProvider, ResourceState } from '../../../gateway/service';
import { ignoreMissing, updateTags } from './named-resource';

const CREATE_ONLY = ['ModelPackageGroupName', 'ModelPackageGroupDescription'];

/** AWS::SageMaker::ModelPackageGroup */
export const modelPackageGroupResource: ResourceProvider = {
  properties: [...CREATE_ONLY, 'Tags'],
  createOnly: CREATE_ONLY,

  async create(properties, context) {
    const { ModelPackageGroupArn } = await context.call<{ ModelPackageGroupArn: string }>(
      'sagemaker',
      'CreateModelPackageGroup',
      properties,
    );
    return state(ModelPackageGroupArn, context);
  },

  async update(arn, { Tags }, previous, context) {
    await updateTags(arn, Tags, previous.Tags, context);
    return state(arn, context);
  },

  async delete(arn, _properties, context) {
    await context
      .call('sagemaker', 'DeleteModelPackageGroup', { ModelPackageGroupName: arn })
      .catch(ignoreMissing);
  },
};

async function state(arn: string, context: ResourceContext): Promise<ResourceState> {
  const group = await context.call<{ CreationTime: Date; ModelPackageGroupStatus: string }>(
    'sagemaker',
    'DescribeModelPackageGroup',
    { ModelPackageGroupName: arn },
  );
  return {
    physicalId: arn,
    attributes: {
      ModelPackageGroupArn: arn,
      CreationTime: group.CreationTime.toISOString(),
      ModelPackageGroupStatus: group.ModelPackageGroupStatus,
    },
  };
}
