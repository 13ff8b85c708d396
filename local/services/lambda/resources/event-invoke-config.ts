import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

/** AWS::Lambda::EventInvokeConfig */
export const eventInvokeConfigResource: ResourceProvider = {
  properties: [
    'FunctionName',
    'Qualifier',
    'MaximumRetryAttempts',
    'MaximumEventAgeInSeconds',
    'DestinationConfig',
  ],
  createOnly: ['FunctionName', 'Qualifier'],

  async create(properties, context) {
    await put(properties, context);
    return { physicalId: `${properties.FunctionName}|${properties.Qualifier}` };
  },

  async update(physicalId, properties, _previous, context) {
    await put(properties, context);
    return { physicalId };
  },

  async delete(_physicalId, { FunctionName, Qualifier }, context) {
    await context
      .call('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier })
      .catch(ignoreMissing);
  },
};

function put(properties: TemplateProperties, context: ResourceContext) {
  const { FunctionName, Qualifier, MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } =
    properties;
  return context.call('lambda', 'PutFunctionEventInvokeConfig', {
    FunctionName,
    Qualifier,
    DestinationConfig,
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts: Number(MaximumRetryAttempts) }),
    ...(MaximumEventAgeInSeconds !== undefined && {
      MaximumEventAgeInSeconds: Number(MaximumEventAgeInSeconds),
    }),
  });
}
