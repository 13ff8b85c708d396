import type { ResourceProvider } from '../../../gateway/service';
import { ignoreMissing, nameIn, nameOf, updateTags } from './named-resource';

const CREATE_ONLY = [
  'EndpointConfigName',
  'ProductionVariants',
  'ShadowProductionVariants',
  'DataCaptureConfig',
  'KmsKeyId',
];

/** AWS::SageMaker::EndpointConfig */
export const endpointConfigResource: ResourceProvider = {
  properties: [...CREATE_ONLY, 'Tags'],
  createOnly: CREATE_ONLY,

  async create(properties, context) {
    const name = nameOf(properties.EndpointConfigName, context);
    const { EndpointConfigArn } = await context.call<{ EndpointConfigArn: string }>(
      'sagemaker',
      'CreateEndpointConfig',
      { ...properties, EndpointConfigName: name },
    );
    return {
      physicalId: EndpointConfigArn,
      attributes: { EndpointConfigName: name, Id: EndpointConfigArn },
    };
  },

  async update(arn, { Tags }, previous, context) {
    await updateTags(arn, Tags, previous.Tags, context);
    // ARNs have lost the case of the name.
    const config = await context.call<{ EndpointConfigName: string }>('sagemaker', 'DescribeEndpointConfig', {
      EndpointConfigName: nameIn(arn),
    });
    return { physicalId: arn, attributes: { EndpointConfigName: config.EndpointConfigName, Id: arn } };
  },

  async delete(arn, _properties, context) {
    await context
      .call('sagemaker', 'DeleteEndpointConfig', { EndpointConfigName: nameIn(arn) })
      .catch(ignoreMissing);
  },
};
