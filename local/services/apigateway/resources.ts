import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { LONGEST_TIMEOUT_MILLIS } from './integration-operations';

/** The resource types of HTTP APIs. */
export const apiGatewayResources: Readonly<Record<string, ResourceProvider>> = {
  'AWS::ApiGatewayV2::Api': {
    properties: [
      'Name',
      'ProtocolType',
      'Description',
      'Version',
      'CorsConfiguration',
      'DisableExecuteApiEndpoint',
      'Tags',
    ],
    createOnly: ['ProtocolType'],

    async create(properties, context) {
      return apiState(await call('CreateApi', typed(properties), context));
    },

    async update(ApiId, { Tags = {}, ProtocolType: _type, ...properties }, previous, context) {
      const settings = typed(properties);
      if (previous.CorsConfiguration && !settings.CorsConfiguration) {
        await call('DeleteCorsConfiguration', { ApiId }, context);
      }
      const output = await call('UpdateApi', { ...API_DEFAULTS, ...settings, ApiId }, context);
      const ResourceArn = `arn:aws:apigateway:${context.stackId.split(':')[3]}::/apis/${ApiId}`;
      const TagKeys = Object.keys(previous.Tags ?? {}).filter((name) => !(name in Tags));
      if (TagKeys.length > 0) await call('UntagResource', { ResourceArn, TagKeys }, context);
      if (Object.keys(Tags).length > 0) await call('TagResource', { ResourceArn, Tags }, context);
      return apiState(output);
    },

    async delete(ApiId, _properties, context) {
      await call('DeleteApi', { ApiId }, context).catch(ignoreMissing);
    },
  },

  'AWS::ApiGatewayV2::Route': child({
    kind: 'Route',
    properties: [
      'ApiId',
      'RouteKey',
      'AuthorizationType',
      'AuthorizerId',
      'AuthorizationScopes',
      'OperationName',
      'Target',
    ],
    defaults: { AuthorizationType: 'NONE', AuthorizationScopes: [] },
  }),

  'AWS::ApiGatewayV2::Integration': child({
    kind: 'Integration',
    properties: [
      'ApiId',
      'IntegrationType',
      'IntegrationUri',
      'IntegrationMethod',
      'PayloadFormatVersion',
      'TimeoutInMillis',
      'ConnectionType',
      'Description',
    ],
    defaults: { TimeoutInMillis: LONGEST_TIMEOUT_MILLIS },
  }),

  'AWS::ApiGatewayV2::Authorizer': child({
    kind: 'Authorizer',
    properties: [
      'ApiId',
      'Name',
      'AuthorizerType',
      'IdentitySource',
      'JwtConfiguration',
      'AuthorizerUri',
      'AuthorizerResultTtlInSeconds',
      'AuthorizerPayloadFormatVersion',
      'EnableSimpleResponses',
    ],
    defaults: {},
  }),

  'AWS::ApiGatewayV2::Stage': {
    properties: [
      'ApiId',
      'StageName',
      'AccessLogSettings',
      'AutoDeploy',
      'DefaultRouteSettings',
      'RouteSettings',
      'StageVariables',
      'Description',
      'Tags',
    ],
    createOnly: ['ApiId', 'StageName'],

    async create(properties, context) {
      await call('CreateStage', typed(properties), context);
      return { physicalId: properties.StageName };
    },

    async update(StageName, { Tags: _tags, ...properties }, previous, context) {
      const { ApiId } = properties;
      if (previous.AccessLogSettings && !properties.AccessLogSettings) {
        await call('DeleteAccessLogSettings', { ApiId, StageName }, context);
      }
      const gone = { DefaultRouteSettings: {}, RouteSettings: {}, StageVariables: {} };
      await call('UpdateStage', { ...gone, ...typed(properties), StageName }, context);
      return { physicalId: StageName };
    },

    async delete(StageName, { ApiId }, context) {
      await call('DeleteStage', { ApiId, StageName }, context).catch(ignoreMissing);
    },
  },
};

/** What a property of an API that is removed from the template returns to. */
const API_DEFAULTS = { Description: '', DisableExecuteApiEndpoint: false };

/** A resource within an API, whose physical id is its own. */
function child({
  kind,
  properties,
  defaults,
}: {
  readonly kind: 'Route' | 'Integration' | 'Authorizer';
  readonly properties: readonly string[];
  readonly defaults: TemplateProperties;
}): ResourceProvider {
  const idName = `${kind}Id`;
  return {
    properties,
    createOnly: ['ApiId'],

    async create(given, context) {
      const output = await call(`Create${kind}`, typed(given), context);
      return { physicalId: output[idName], attributes: { [idName]: output[idName] } };
    },

    async update(id, given, _previous, context) {
      await call(`Update${kind}`, { ...defaults, ...typed(given), [idName]: id }, context);
      return { physicalId: id, attributes: { [idName]: id } };
    },

    async delete(id, { ApiId }, context) {
      await call(`Delete${kind}`, { ApiId, [idName]: id }, context).catch(ignoreMissing);
    },
  };
}

const NUMBERS = [
  'AuthorizerResultTtlInSeconds',
  'MaxAge',
  'ThrottlingBurstLimit',
  'ThrottlingRateLimit',
  'TimeoutInMillis',
];
const BOOLEANS = [
  'AllowCredentials',
  'AutoDeploy',
  'DetailedMetricsEnabled',
  'DisableExecuteApiEndpoint',
  'EnableSimpleResponses',
];

/** Templates may write numbers and booleans as text. */
function typed(value: TemplateProperties): TemplateProperties {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (NUMBERS.includes(name)) return [name, Number(item)];
      if (BOOLEANS.includes(name)) return [name, String(item) === 'true'];
      const isNested = typeof item === 'object' && item !== null && !Array.isArray(item);
      return [name, isNested ? typed(item) : item];
    }),
  );
}

function call(operation: string, input: object, context: ResourceContext): Promise<TemplateProperties> {
  return context.call('apigateway', operation, input);
}

function apiState({ ApiId, ApiEndpoint }: TemplateProperties): ResourceState {
  return { physicalId: ApiId, attributes: { ApiId, ApiEndpoint } };
}

function ignoreMissing(error: Error): void {
  if (error.name !== 'NotFoundException') throw error;
}
