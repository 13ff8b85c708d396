import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

/** AWS::Lambda::EventSourceMapping */
export const eventSourceMappingResource: ResourceProvider = {
  properties: ['EventSourceArn', 'FunctionName', 'BatchSize', 'Enabled', 'FunctionResponseTypes'],
  createOnly: ['EventSourceArn'],

  async create(properties, context) {
    const { EventSourceArn } = properties;
    const { UUID } = await call(
      'CreateEventSourceMapping',
      { ...settings(properties), EventSourceArn },
      context,
    );
    return state(UUID);
  },

  async update(UUID, properties, _previous, context) {
    await call(
      'UpdateEventSourceMapping',
      { BatchSize: 10, Enabled: true, FunctionResponseTypes: [], ...settings(properties), UUID },
      context,
    );
    return state(UUID);
  },

  async delete(UUID, _properties, context) {
    await call('DeleteEventSourceMapping', { UUID }, context).catch(ignoreMissing);
  },
};

function call(operation: string, input: object, context: ResourceContext): Promise<{ UUID: string }> {
  return context.call('lambda', operation, input);
}

/** Templates may write numbers and booleans as text. */
function settings({ FunctionName, BatchSize, Enabled, FunctionResponseTypes }: TemplateProperties): object {
  return {
    FunctionName,
    ...(BatchSize !== undefined && { BatchSize: Number(BatchSize) }),
    ...(Enabled !== undefined && { Enabled: String(Enabled) === 'true' }),
    ...(FunctionResponseTypes && { FunctionResponseTypes }),
  };
}

function state(UUID: string) {
  return { physicalId: UUID, attributes: { Id: UUID } };
}
