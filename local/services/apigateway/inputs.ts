import type { ImplementedInputs } from '../../gateway/implemented-inputs';

const API = 'Name Description Version CorsConfiguration DisableExecuteApiEndpoint';
const ROUTE = 'RouteKey AuthorizationType AuthorizerId AuthorizationScopes OperationName Target';
const INTEGRATION =
  'IntegrationType=AWS_PROXY IntegrationUri (IntegrationMethod) PayloadFormatVersion=2.0 TimeoutInMillis ' +
  'ConnectionType=INTERNET Description';
const STAGE =
  'AccessLogSettings AutoDeploy=true DefaultRouteSettings RouteSettings StageVariables Description';
const AUTHORIZER =
  'Name AuthorizerType IdentitySource JwtConfiguration AuthorizerUri AuthorizerResultTtlInSeconds ' +
  'AuthorizerPayloadFormatVersion=2.0 EnableSimpleResponses';

export const implementedInputs: ImplementedInputs = {
  CreateApi: `ProtocolType=HTTP Tags ${API}`,
  GetApi: 'ApiId',
  GetApis: 'MaxResults NextToken',
  UpdateApi: `ApiId ${API}`,
  DeleteApi: 'ApiId',
  DeleteCorsConfiguration: 'ApiId',

  CreateRoute: `ApiId ${ROUTE}`,
  GetRoute: 'ApiId RouteId',
  GetRoutes: 'ApiId MaxResults NextToken',
  UpdateRoute: `ApiId RouteId ${ROUTE}`,
  DeleteRoute: 'ApiId RouteId',

  CreateIntegration: `ApiId ${INTEGRATION}`,
  GetIntegration: 'ApiId IntegrationId',
  GetIntegrations: 'ApiId MaxResults NextToken',
  UpdateIntegration: `ApiId IntegrationId ${INTEGRATION}`,
  DeleteIntegration: 'ApiId IntegrationId',

  CreateStage: `ApiId StageName Tags ${STAGE}`,
  GetStage: 'ApiId StageName',
  GetStages: 'ApiId MaxResults NextToken',
  UpdateStage: `ApiId StageName ${STAGE}`,
  DeleteStage: 'ApiId StageName',
  DeleteAccessLogSettings: 'ApiId StageName',

  CreateAuthorizer: `ApiId ${AUTHORIZER}`,
  GetAuthorizer: 'ApiId AuthorizerId',
  GetAuthorizers: 'ApiId MaxResults NextToken',
  UpdateAuthorizer: `ApiId AuthorizerId ${AUTHORIZER}`,
  DeleteAuthorizer: 'ApiId AuthorizerId',

  TagResource: 'ResourceArn Tags',
  UntagResource: 'ResourceArn TagKeys',
  GetTags: 'ResourceArn',

  AccessLogSettings: 'DestinationArn Format',
  Cors: 'AllowCredentials AllowHeaders AllowMethods AllowOrigins ExposeHeaders MaxAge',
  JWTConfiguration: 'Audience Issuer',
  RouteSettings: '(DetailedMetricsEnabled) ThrottlingBurstLimit ThrottlingRateLimit',
};
