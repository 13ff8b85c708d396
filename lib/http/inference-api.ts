import { Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IDomainName,
  type IHttpApi,
  LogGroupLogDestination,
  PayloadFormatVersion,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, type IConstruct } from 'constructs';
import type { ApiSecurity } from '../../contracts/functions/http';
import type { IModelPipeline } from '../model-pipeline-base';
import { addDashboardRow } from '../monitoring/dashboard-row';
import { LASTING, partAlarm } from '../monitoring/part-alarm';
import { explainPolicies } from '../platform/explained-rules';
import { type Platform, type PlatformProps, resolvePlatform } from '../platform/platform';
import { arn } from '../runtime/arn';
import { PartFunction } from '../runtime/part-function';
import { routingParameterName } from '../runtime/pipeline-context';
import { Validation } from '../runtime/validation';
import { accessLogFormat } from './access-log-format';
import { ApiAuthorization } from './api-authorization';

/** Who may ask a model over HTTP, and how often: settings of an inference API of a given pipeline. */
export interface InferenceApiOptions extends PlatformProps {
  /**
   * Who may call.
   * @default ApiAuthorization.iam()
   */
  readonly authorization?: ApiAuthorization;

  /**
   * How many requests all callers together may send: `rateLimit` a second, and `burstLimit` at once. More get
   * status 429.
   * @default - 100 a second, 200 at once
   */
  readonly throttle?: ThrottleSettings;

  /**
   * Web pages of which origins may call.
   * @default - none
   */
  readonly cors?: CorsPreflightOptions;

  /**
   * Log group for a line about each request: time, route, status, latency, caller, and no header, token or
   * row.
   * @default - a new one
   */
  readonly accessLog?: ILogGroup;

  /**
   * Custom domain, whose root is mapped to the API unless `domainPath` is given.
   * @default - the address that API Gateway generates
   */
  readonly domainName?: IDomainName;

  /**
   * Path of the custom domain that is mapped to the API, such as `churn`.
   * @default - its root
   */
  readonly domainPath?: string;

  /**
   * Name of the API in lists of API Gateway, and in the operator's CLI; 1 to 64 letters, digits, hyphens and
   * underscores, which no other API of the pipeline has.
   * @default - id of the construct
   */
  readonly apiName?: string;
}

export interface InferenceApiProps extends InferenceApiOptions {
  /** The pipeline whose version in production answers: one of this app, or one that is deployed already. */
  readonly pipeline: IModelPipeline;
}

/** An HTTP API that answers with the version in production. */
export interface IInferenceApi extends IConstruct {
  /** The API itself. */
  readonly httpApi: IHttpApi;
  /** Its address, without a slash at the end: rows go to `<url>/predictions`. */
  readonly url: string;
  /** Requests fail that are not at fault themselves. */
  readonly failureAlarm: Alarm;

  /**
   * Lets somebody send signed requests to all routes.
   *
   * @throws Error unless the authorization is `ApiAuthorization.iam()`
   */
  grantInvoke(grantee: IGrantable): Grant;
  /** Requests. @default - the sum of a minute */
  metricRequests(options?: MetricOptions): Metric;
  /** Requests with a status of 400 to 499. @default - the sum of a minute */
  metricClientErrors(options?: MetricOptions): Metric;
  /** Requests with a status of 500 or above. @default - the sum of a minute */
  metricServerErrors(options?: MetricOptions): Metric;
  /** Time from request to answer, in milliseconds. @default - the 95th percentile of a minute */
  metricLatency(options?: MetricOptions): Metric;
}

/**
 * An HTTP API of API Gateway before the function or the endpoint of a pipeline. `POST /predictions` takes
 * rows, which the version in production answers, and during a release the candidate as well;
 * `GET /openapi.json`, `/schema`, `/version` and `/health` tell of the version in production.
 *
 * API Gateway waits 30 seconds for an answer. Requests and answers have at most 6 MB, the limit of functions,
 * of the 10 MB of HTTP APIs.
 */
export class InferenceApi extends Construct implements IInferenceApi {
  readonly httpApi: IHttpApi;
  readonly url: string;
  readonly failureAlarm: Alarm;
  private readonly authorization: ApiAuthorization;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: InferenceApiProps) {
    super(scope, id);
    const { pipeline, authorization = ApiAuthorization.iam() } = props;
    const { pipelineName } = pipeline;
    const apiName = props.apiName ?? id;
    const throttle = { rateLimit: 100, burstLimit: 200, ...props.throttle };
    this.validate(props, apiName, throttle);
    const { authorizer, scopes, security } = authorization._bind(this);
    const platform = resolvePlatform(this, props);
    const httpApi = new HttpApi(this, 'Api', {
      apiName,
      description: `Predictions of ${pipelineName}`,
      corsPreflight: props.cors,
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      defaultAuthorizationScopes: scopes,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      domainMapping: props.domainName && { domainName: props.domainName, mappingKey: props.domainPath },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          props.accessLog ?? platform._logs.ofOneFunction(this, 'AccessLog'),
        ),
        format: AccessLogFormat.custom(accessLogFormat(authorization._kind)),
      },
    });
    const about = this.aboutFunction(pipeline, platform, security);
    const aboutModel = integrationOf('About', about);
    httpApi.addRoutes({
      path: '/predictions',
      methods: [HttpMethod.POST],
      integration: pipeline.inferenceFunction
        ? integrationOf('Predictions', pipeline.inferenceFunction)
        : aboutModel,
    });
    for (const path of ['/openapi.json', '/schema', '/version', '/health']) {
      httpApi.addRoutes({ path, methods: [HttpMethod.GET], integration: aboutModel });
    }
    this.authorization = authorization;
    this.httpApi = httpApi;
    this.url = props.domainName ? stage.domainUrl.replace(/\/$/, '') : httpApi.apiEndpoint;
    this.failureAlarm = this.alarmOnFailures(pipeline, apiName);
    this.publish(pipelineName, apiName, security);
    addDashboardRow(this, pipeline, `API ${apiName}`, [
      { title: 'Requests', left: [this.metricRequests()] },
      { title: 'Latency (ms, p95)', left: [this.metricLatency()] },
      {
        title: 'Requests that are at fault (4xx), and that fail (5xx)',
        left: [this.metricClientErrors(), this.metricServerErrors()],
      },
    ]);
    explainPolicies(this);
  }

  grantInvoke(grantee: IGrantable): Grant {
    if (this.authorization._kind !== 'iam') {
      throw new Error(
        `${this.node.path}: grantInvoke() is for callers that sign their requests, and the authorization is of the kind '${this.authorization._kind}': use ApiAuthorization.iam()`,
      );
    }
    const resource = arn(this, 'execute-api', `${this.httpApi.apiId}/$default/*`);
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [resource],
    });
  }

  metricRequests(options: MetricOptions = {}): Metric {
    return this.httpApi.metricCount({ statistic: 'SampleCount', period: MINUTE, ...options });
  }

  metricClientErrors(options: MetricOptions = {}): Metric {
    return this.httpApi.metricClientError({ period: MINUTE, ...options });
  }

  metricServerErrors(options: MetricOptions = {}): Metric {
    return this.httpApi.metricServerError({ period: MINUTE, ...options });
  }

  metricLatency(options: MetricOptions = {}): Metric {
    return this.httpApi.metricLatency({ statistic: 'p95', period: MINUTE, ...options });
  }

  private validate(
    { pipeline, domainPath, domainName, cors }: InferenceApiProps,
    apiName: string,
    { rateLimit, burstLimit }: Required<ThrottleSettings>,
  ): void {
    const isPositive = (limit: number) => Number.isFinite(limit) && limit > 0;
    new Validation(this)
      .check(
        apiName,
        /^[\w-]{1,64}$/.test(apiName),
        'apiName must be 1 to 64 letters, digits, hyphens and underscores',
      )
      .check(
        pipeline.requestMetrics._server,
        pipeline.inferenceFunction !== undefined || pipeline.requestMetrics._server !== 'asynchronous',
        'the pipeline must be served by a function, or by an endpoint that answers at once: callers of an asynchronous endpoint put requests into the bucket (grants.invokeAsynchronously)',
      )
      .check(rateLimit, isPositive(rateLimit), 'throttle.rateLimit must be above 0')
      .check(
        burstLimit,
        isPositive(burstLimit) && Number.isInteger(burstLimit),
        'throttle.burstLimit must be a whole number above 0',
      )
      .check(
        domainPath,
        domainPath === undefined || domainName !== undefined,
        'domainPath needs a domainName',
      )
      .check(
        cors?.allowOrigins,
        cors === undefined || (cors.allowOrigins?.length ?? 0) > 0,
        'cors.allowOrigins must list the origins of the pages that may call',
      )
      .finish();
  }

  /**
   * Tells of the version in production; without a function that serves, it sends rows to the endpoint, too.
   */
  private aboutFunction(pipeline: IModelPipeline, platform: Platform, security: ApiSecurity): IFunction {
    const { pipelineName, bucket, inferenceFunction, endpointName, endpointArn } = pipeline;
    const parameter = routingParameterName(pipelineName);
    const about = new PartFunction(this, 'About', {
      context: { pipelineName, bucket, platform },
      asset: 'inference-api',
      description: `Answers HTTP requests about the version of ${pipelineName} in production`,
      settings: {
        routing: { kind: 'routing', parameter, maximumAgeSeconds: 10 },
        ...(!inferenceFunction && { endpointName }),
        security,
      },
      timeout: Duration.seconds(29),
      memorySize: 512,
    })
      .canRead('models/')
      .allow(['ssm:GetParameter'], [arn(this, 'ssm', `parameter${parameter}`)]);
    if (!inferenceFunction && endpointArn) about.allow(['sagemaker:InvokeEndpoint'], [endpointArn]);
    return about;
  }

  private alarmOnFailures({ pipelineName, topic }: IModelPipeline, apiName: string): Alarm {
    return partAlarm(this, 'FailureAlarm', {
      subject: `${pipelineName}, API ${apiName}`,
      problem: 'requests fail that are not at fault themselves',
      section: 'apiFailures',
      topic,
      metric: this.metricServerErrors(),
      threshold: 0,
      ...LASTING,
    });
  }

  /** The operator's CLI finds the API here. */
  private publish(pipelineName: string, apiName: string, security: ApiSecurity): void {
    new StringParameter(this, 'Resources', {
      parameterName: `/model-pipeline/${pipelineName}/apis/${apiName}`,
      description: `Address of the API ${apiName} of the pipeline ${pipelineName}`,
      stringValue: Stack.of(this).toJsonString({
        url: this.url,
        authorization: this.authorization._kind,
        security,
        failureAlarm: this.failureAlarm.alarmName,
      }),
    });
  }
}

const MINUTE = Duration.minutes(1);

function integrationOf(id: string, handler: IFunction): HttpLambdaIntegration {
  return new HttpLambdaIntegration(id, handler, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });
}
