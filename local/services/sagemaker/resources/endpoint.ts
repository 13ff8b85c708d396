import type { ResourceContext, ResourceProvider, ResourceState } from '../../../gateway/service';
import type { Deployer } from '../hosting/deployer';
import { ignoreMissing, nameIn, nameOf, updateTags } from './named-resource';

interface Description {
  readonly EndpointName: string;
  readonly EndpointStatus: string;
  readonly EndpointConfigName: string;
  readonly FailureReason?: string;
}

/** AWS::SageMaker::Endpoint; done when the endpoint is in service. `Ref` and names of configs may be ARNs. */
export function endpointResource(deployer: Deployer): ResourceProvider {
  const inService = async (
    arn: string,
    name: string,
    configName: string,
    context: ResourceContext,
  ): Promise<ResourceState> => {
    await deployer.settled(name);
    const endpoint = await context.call<Description>('sagemaker', 'DescribeEndpoint', { EndpointName: name });
    // An update that failed ends in service, with the old config.
    if (endpoint.EndpointStatus !== 'InService' || endpoint.EndpointConfigName !== configName) {
      throw new Error(endpoint.FailureReason ?? `the endpoint ${name} is ${endpoint.EndpointStatus}`);
    }
    return { physicalId: arn, attributes: { EndpointName: endpoint.EndpointName, Id: arn } };
  };

  return {
    properties: [
      'EndpointName',
      'EndpointConfigName',
      'RetainAllVariantProperties',
      'ExcludeRetainedVariantProperties',
      'Tags',
    ],
    createOnly: ['EndpointName'],

    async create({ EndpointName, EndpointConfigName, Tags }, context) {
      const name = nameOf(EndpointName, context);
      const configName = nameIn(EndpointConfigName);
      const { EndpointArn } = await context.call<{ EndpointArn: string }>('sagemaker', 'CreateEndpoint', {
        EndpointName: name,
        EndpointConfigName: configName,
        Tags,
      });
      return inService(EndpointArn, name, configName, context);
    },

    async update(arn, { EndpointName, Tags, ...properties }, previous, context) {
      const name = EndpointName ?? nameIn(arn);
      const configName = nameIn(properties.EndpointConfigName);
      await updateTags(arn, Tags, previous.Tags, context);
      if (properties.EndpointConfigName !== previous.EndpointConfigName) {
        await context.call('sagemaker', 'UpdateEndpoint', {
          ...properties,
          EndpointName: name,
          EndpointConfigName: configName,
        });
      }
      return inService(arn, name, configName, context);
    },

    async delete(arn, { EndpointName }, context) {
      const name = EndpointName ?? nameIn(arn);
      await deployer.settled(name);
      await context.call('sagemaker', 'DeleteEndpoint', { EndpointName: name }).catch(ignoreMissing);
      await deployer.settled(name);
    },
  };
}
