import type { ResourceProvider } from '../../../gateway/service';
import { ignoreMissing, nameIn, nameOf, updateTags } from './named-resource';

const CREATE_ONLY = [
  'ModelName',
  'ExecutionRoleArn',
  'PrimaryContainer',
  'Containers',
  'EnableNetworkIsolation',
  'VpcConfig',
];

/** AWS::SageMaker::Model */
export const modelResource: ResourceProvider = {
  properties: [...CREATE_ONLY, 'Tags'],
  createOnly: CREATE_ONLY,

  async create(properties, context) {
    const name = nameOf(properties.ModelName, context);
    const { ModelArn } = await context.call<{ ModelArn: string }>('sagemaker', 'CreateModel', {
      ...properties,
      ModelName: name,
    });
    return { physicalId: ModelArn, attributes: { ModelName: name, Id: ModelArn } };
  },

  async update(arn, { Tags }, previous, context) {
    await updateTags(arn, Tags, previous.Tags, context);
    // ARNs have lost the case of the name.
    const model = await context.call<{ ModelName: string }>('sagemaker', 'DescribeModel', {
      ModelName: nameIn(arn),
    });
    return { physicalId: arn, attributes: { ModelName: model.ModelName, Id: arn } };
  },

  async delete(arn, _properties, context) {
    await context.call('sagemaker', 'DeleteModel', { ModelName: nameIn(arn) }).catch(ignoreMissing);
  },
};
