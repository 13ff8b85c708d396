import type { ResourceContext, ResourceProvider } from '../../gateway/service';

/** AWS::SSM::Parameter */
export const parameterResource: ResourceProvider = {
  properties: ['Name', 'Type', 'Value', 'Description', 'Tier', 'Tags', 'AllowedPattern'],
  createOnly: ['Name'],

  async create(properties, context) {
    const name = (properties.Name as string | undefined) ?? context.generateName();
    await put(name, properties, context, false);
    return { physicalId: name, attributes: { Type: properties.Type, Value: properties.Value } };
  },

  async update(name, properties, _previous, context) {
    await put(name, properties, context, true);
    return { physicalId: name, attributes: { Type: properties.Type, Value: properties.Value } };
  },

  async delete(name, _properties, context) {
    await context.call('ssm', 'DeleteParameter', { Name: name }).catch((error: Error) => {
      if (error.name !== 'ParameterNotFound') throw error;
    });
  },
};

function put(
  name: string,
  { Type, Value, Description, Tier, AllowedPattern }: Record<string, unknown>,
  context: ResourceContext,
  overwrite: boolean,
) {
  return context.call('ssm', 'PutParameter', {
    Name: name,
    Type,
    Value,
    Description,
    Tier,
    AllowedPattern,
    Overwrite: overwrite,
  });
}
