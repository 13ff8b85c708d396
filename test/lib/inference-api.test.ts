import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  ApiAuthorization,
  InferenceApi,
  type InferenceApiOptions,
  type InferenceApiProps,
  ModelPipeline,
  ServedBy,
} from '../../lib';
import { allStatements } from './role-statements';

const ENV = { account: '111111111111', region: 'eu-central-1' };
type Options = (stack: Stack) => InferenceApiOptions;

function newApi(options: Options = () => ({}), servedBy = ServedBy.FUNCTION) {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', { pipelineName: 'churn', servedBy });
  const props: InferenceApiProps = { pipeline, ...options(stack) };
  return { stack, api: new InferenceApi(stack, 'Api', props) };
}
const synthesize = (options?: Options, servedBy?: ServedBy) =>
  Template.fromStack(newApi(options, servedBy).stack);

/** Integration of each route, by its function's URI as text. */
function routesOf(template: Template) {
  const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
  return Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
    const id = (Properties.Target['Fn::Join'][1][1] as { Ref: string }).Ref;
    return {
      key: Properties.RouteKey,
      authorization: Properties.AuthorizationType ?? 'NONE',
      scopes: Properties.AuthorizationScopes,
      uri: JSON.stringify(integrations[id]?.Properties.IntegrationUri),
    };
  });
}

describe('InferenceApi', () => {
  test('sends rows to the function that serves, and the rest to one that tells of the version', () => {
    const template = synthesize();
    const routes = routesOf(template);
    expect(routes.map(({ key, authorization }) => [key, authorization])).toEqual([
      ['POST /predictions', 'AWS_IAM'],
      ['GET /openapi.json', 'AWS_IAM'],
      ['GET /schema', 'AWS_IAM'],
      ['GET /version', 'AWS_IAM'],
      ['GET /health', 'AWS_IAM'],
    ]);
    expect(routes[0]?.uri).toContain('serverlessFunction');
    expect(new Set(routes.slice(1).map(({ uri }) => uri)).size).toBe(1);
    expect(JSON.stringify(allStatements(template))).not.toContain('InvokeEndpoint');
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
  });

  test('sends rows to the endpoint by a function that may invoke it and nothing else', () => {
    const template = synthesize(undefined, ServedBy.ENDPOINT);
    expect(new Set(routesOf(template).map(({ uri }) => uri)).size).toBe(1);
    expect(JSON.stringify(allStatements(template))).toContain('sagemaker:InvokeEndpoint');
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 29 });
  });

  test('throttles, logs requests without headers and bodies, and lets no web page call', () => {
    const template = synthesize();
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const format = JSON.parse(stage?.Properties.AccessLogSettings.Format) as Record<string, string>;
    expect(format).toMatchObject({ status: '$context.status', caller: '$context.identity.userArn' });
    expect(Object.values(format).join()).not.toMatch(/header|body|token/i);
  });

  test('takes limits, origins, a log group and a domain', () => {
    const template = synthesize((stack) => ({
      throttle: { rateLimit: 5, burstLimit: 10 },
      cors: { allowOrigins: ['https://shop.example'], maxAge: Duration.hours(1) },
      accessLog: LogGroup.fromLogGroupName(stack, 'Log', 'shop'),
      domainName: new DomainName(stack, 'Domain', {
        domainName: 'models.example',
        certificate: Certificate.fromCertificateArn(
          stack,
          'Certificate',
          'arn:aws:acm:eu-central-1:111111111111:certificate/1',
        ),
      }),
      domainPath: 'churn',
    }));
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://shop.example'], MaxAge: 3600 },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiMappingKey: 'churn',
      Stage: '$default',
    });
    const [parameter] = Object.values(template.findResources('AWS::SSM::Parameter'));
    expect(parameter?.Properties.Name).toBe('/model-pipeline/churn/apis/Api');
    expect(JSON.stringify(parameter?.Properties.Value)).toMatch(
      /https:\/\/.*"Ref":"Domain.*\/churn.*authorization.*iam/,
    );
  });

  test('lets callers in by a token of an issuer', () => {
    const template = synthesize(() => ({
      authorization: ApiAuthorization.jwt({
        issuer: 'https://issuer.example',
        audience: ['shop'],
        scopes: ['predict'],
      }),
    }));
    expect(routesOf(template).map(({ authorization, scopes }) => [authorization, scopes])).toEqual(
      Array.from({ length: 5 }, () => ['JWT', ['predict']]),
    );
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['shop'] },
    });
    // The OpenAPI document and the CLI tell of it.
    const security = { kind: 'jwt', issuer: 'https://issuer.example', scopes: ['predict'] };
    const texts = JSON.stringify(template.toJSON()).replaceAll('\\', '');
    expect(texts.split(`"security":${JSON.stringify(security)}`)).toHaveLength(3);
  });

  test('lets a function decide', () => {
    const template = synthesize((stack) => ({
      authorization: ApiAuthorization.lambda(
        LambdaFunction.fromFunctionAttributes(stack, 'Gate', {
          functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:gate',
          sameEnvironment: true,
        }),
      ),
    }));
    expect(routesOf(template).every(({ authorization }) => authorization === 'CUSTOM')).toBe(true);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test('warns of an API that is open to everybody', () => {
    const { stack } = newApi(() => ({ authorization: ApiAuthorization.none() }));
    expect(routesOf(Template.fromStack(stack)).every(({ authorization }) => authorization === 'NONE')).toBe(
      true,
    );
    Annotations.fromStack(stack).hasWarning(
      '/Test/Api',
      Match.stringLikeRegexp('everybody who finds the address'),
    );
  });

  test('lets a role invoke all routes, if callers sign their requests', () => {
    const { stack, api } = newApi();
    api.grantInvoke(new Role(stack, 'Shop', { assumedBy: new AccountPrincipal('111111111111') }));
    expect(JSON.stringify(allStatements(Template.fromStack(stack)))).toContain('execute-api:Invoke');
    const open = newApi(() => ({ authorization: ApiAuthorization.none() }));
    expect(() => open.api.grantInvoke(Role.fromRoleName(open.stack, 'Shop', 'shop'))).toThrow(
      "the authorization is of the kind 'none': use ApiAuthorization.iam()",
    );
  });

  test('has metrics by the minute, and notifies the topic of the pipeline of failures', () => {
    const { stack, api } = newApi();
    const names = [
      api.metricRequests(),
      api.metricClientErrors(),
      api.metricServerErrors(),
      api.metricLatency(),
    ];
    expect(names.map(({ metricName, period }) => [metricName, period.toSeconds()])).toEqual([
      ['Count', 60],
      ['4xx', 60],
      ['5xx', 60],
      ['Latency', 60],
    ]);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      AlarmActions: [Match.anyValue()],
    });
  });

  test.each<[string, InferenceApiOptions, RegExp]>([
    ['a name with spaces', { apiName: 'my api' }, /apiName must be 1 to 64 letters.*got "my api"/],
    ['no requests', { throttle: { rateLimit: 0 } }, /throttle.rateLimit must be above 0, got 0/],
    ['half a request', { throttle: { burstLimit: 1.5 } }, /throttle.burstLimit must be a whole number/],
    ['a path without a domain', { domainPath: 'x' }, /domainPath needs a domainName, got "x"/],
    ['CORS without origins', { cors: {} }, /cors.allowOrigins must list the origins/],
    [
      'an issuer without TLS',
      { authorization: ApiAuthorization.jwt({ issuer: 'http://issuer.example', audience: ['a'] }) },
      /Test\/Api: issuer must be an https:\/\/ URL.*got "http:\/\/issuer.example"/,
    ],
    [
      'an issuer without an audience',
      { authorization: ApiAuthorization.jwt({ issuer: 'https://issuer.example', audience: [] }) },
      /audience must name at least one/,
    ],
  ])('refuses %s', (_title, options, message) => {
    expect(() => newApi(() => options)).toThrow(message);
  });

  test('refuses an asynchronous endpoint, and names the way to call it', () => {
    expect(() => newApi(undefined, ServedBy.asynchronousEndpoint())).toThrow(
      /Test\/Api: the pipeline must be served by a function.*grants.invokeAsynchronously.*got "asynchronous"/,
    );
  });

  test('is added to a pipeline of the same stack', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
    const { url } = pipeline.addInferenceApi('Api');
    expect(stack.resolve(url)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^ModelApi/), 'ApiEndpoint'] });
    expect(routesOf(Template.fromStack(stack))[0]?.uri).toContain('Live');
  });
});

test('before the endpoint of a deployed pipeline, its name reaches the function by a variable: in JSON, CDK would quote the delimiter that splits it out', () => {
  const template = synthesize(undefined, ServedBy.ENDPOINT);
  const [variables] = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
    ({ Properties }) =>
      Properties.Environment.Variables.SETTING_1 ? [Properties.Environment.Variables] : [],
  );
  expect(JSON.stringify(variables?.SETTING_1)).toContain('"Fn::Split":["\\"endpoint\\":\\""');
  expect(JSON.stringify(variables?.SETTINGS)).toContain('env:SETTING_1');
  for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function')))
    expect(JSON.stringify(Properties.Environment.Variables.SETTINGS)).not.toContain('Fn::Split');
});
