import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

/** AWS::Lambda::Url */
export const urlResource: ResourceProvider = {
  properties: ['TargetFunctionArn', 'Qualifier', 'AuthType', 'Cors', 'InvokeMode'],
  createOnly: ['TargetFunctionArn', 'Qualifier'],

  create: (properties, context) => put('CreateFunctionUrlConfig', properties, context),

  update: (_arn, properties, _previous, context) => put('UpdateFunctionUrlConfig', properties, context),

  async delete(_arn, { TargetFunctionArn: FunctionName, Qualifier }, context) {
    await context.call('lambda', 'DeleteFunctionUrlConfig', { FunctionName, Qualifier }).catch(ignoreMissing);
  },
};

async function put(operation: string, properties: TemplateProperties, context: ResourceContext) {
  const { TargetFunctionArn: FunctionName, Qualifier, AuthType, Cors, InvokeMode } = properties;
  const output = await context.call<{ FunctionUrl: string; FunctionArn: string }>('lambda', operation, {
    FunctionName,
    Qualifier,
    AuthType,
    InvokeMode,
    // A property that is gone returns to no CORS.
    Cors: Cors ? typedCors(Cors) : operation.startsWith('Update') ? {} : undefined,
  });
  const { FunctionUrl, FunctionArn } = output;
  return { physicalId: FunctionArn, attributes: { FunctionUrl, FunctionArn } };
}

/** Templates may write numbers and booleans as text. */
function typedCors({ MaxAge, AllowCredentials, ...others }: TemplateProperties): TemplateProperties {
  return {
    ...others,
    ...(MaxAge !== undefined && { MaxAge: Number(MaxAge) }),
    ...(AllowCredentials !== undefined && { AllowCredentials: String(AllowCredentials) === 'true' }),
  };
}
