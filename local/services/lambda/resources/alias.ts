import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

/** AWS::Lambda::Alias */
export const aliasResource: ResourceProvider = {
  properties: ['FunctionName', 'FunctionVersion', 'Name', 'Description', 'RoutingConfig'],
  createOnly: ['FunctionName', 'Name'],

  create: (properties, context) => put('CreateAlias', properties, context),

  update: (_arn, properties, _previous, context) => put('UpdateAlias', properties, context),

  async delete(_arn, { FunctionName, Name }, context) {
    await context.call('lambda', 'DeleteAlias', { FunctionName, Name }).catch(ignoreMissing);
  },
};

async function put(
  operation: string,
  properties: TemplateProperties,
  context: ResourceContext,
): Promise<ResourceState> {
  const { FunctionName, FunctionVersion, Name, Description = '', RoutingConfig } = properties;
  const weights = (RoutingConfig?.AdditionalVersionWeights ?? []) as TemplateProperties[];
  const { AliasArn } = await context.call<{ AliasArn: string }>('lambda', operation, {
    FunctionName,
    FunctionVersion,
    Name,
    Description,
    RoutingConfig: {
      AdditionalVersionWeights: Object.fromEntries(
        weights.map((weight) => [weight.FunctionVersion, Number(weight.FunctionWeight)]),
      ),
    },
  });
  return { physicalId: AliasArn, attributes: { AliasArn } };
}
