import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';
import type { HttpRoute, RequestHead } from '../../gateway/gateway';
import { servicePrincipal } from '../../gateway/principal';
import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import type { LambdaService } from '../lambda/lambda-service';
import { type Address, addressOf } from '../lambda-proxy/address';
import {
  type CorsSettings,
  corsHeaders,
  corsSettings,
  isAllowedOrigin,
  isPreflight,
} from '../lambda-proxy/cors';
import { proxyEvent, requestTime } from '../lambda-proxy/proxy-event';
import { proxyResponse } from '../lambda-proxy/proxy-response';
import { AccessLog, type ContextVariables } from './access-log';
import { API_HOST, API_PATH } from './addresses';
import type { ApiStore } from './api-store';
import type { Authorization, Authorizers } from './authorizers';
import { functionOf } from './function-uri';
import type { StoredApi, StoredStage } from './http-api';
import { LONGEST_TIMEOUT_MILLIS } from './integration-operations';
import { Refusal } from './refusal';
import { type MatchedRoute, matchRoute } from './route-key';
import { Throttling } from './throttling';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const LARGEST_BODY = 10 * 1024 * 1024;
const DEFAULT_STAGE = '$default';

/** A request to a stage of an API. */
interface StageRequest {
  readonly request: WireRequest;
  readonly api: StoredApi;
  readonly stage: StoredStage;
  readonly address: Address;
  /** Percent-encoded, without the stage, as routes have it. */
  readonly routePath: string;
  readonly requestId: string;
}

/** What an access log says of a request, gathered while it is answered. */
interface Findings {
  matched?: MatchedRoute;
  authorization?: Authorization;
  integrationMillis?: number;
  refusal?: Refusal;
}

/** Answers requests to HTTP APIs: routes, authorizers, throttling, CORS and Lambda proxy integrations. */
export class Invocations implements HttpRoute {
  readonly prefix = API_PATH;
  readonly host = API_HOST;
  private readonly throttling: Throttling;
  private readonly accessLog: AccessLog;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: ApiStore,
    private readonly authorizers: Authorizers,
  ) {
    this.throttling = new Throttling(() => cloud.clock.now());
    this.accessLog = new AccessLog(cloud);
  }

  /** On AWS any page may call an API, and reads the answer if CORS lets it; here CORS decides of both. */
  acceptsPage(head: RequestHead): boolean {
    const api = this.store.apis.get(addressOf(this, head).id);
    return isAllowedOrigin(api && corsOf(api), head);
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const address = addressOf(this, request);
    const api = this.store.apis.get(address.id);
    const addressed = api && stageOf(api, address);
    if (!api || !addressed || api.settings.DisableExecuteApiEndpoint) return Refusal.notFound().response;
    const requestId = this.cloud.uuid();
    const found: StageRequest = { request, api, address, ...addressed, requestId };
    const findings: Findings = {};
    const started = performance.now();
    const response = await this.answer(found, findings).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      findings.refusal = error;
      return error.response;
    });
    const millis = Math.round(performance.now() - started);
    await this.note(found, findings, response, millis);
    const cors = corsOf(api);
    return {
      ...response,
      headers: {
        ...withoutCors(response.headers, cors),
        ...(cors && corsHeaders(cors, request)),
        'apigw-requestid': requestId,
      },
    };
  }

  private async answer(found: StageRequest, findings: Findings): Promise<WireResponse> {
    const { request, api, stage, address, routePath } = found;
    if (api.settings.CorsConfiguration && isPreflight(request)) {
      return { status: 204, headers: {}, body: '' };
    }
    const matched = matchRoute(api.routes.values(), request.method, routePath);
    if (!matched) throw Refusal.notFound();
    findings.matched = matched;
    const routeKey = matched.route.RouteKey as string;
    const limits = limitsOf(stage, routeKey);
    if (!this.throttling.admits(`${api.id}/${stage.StageName}/${limits.name}`, limits.settings)) {
      throw Refusal.throttled();
    }
    if (request.body.length > LARGEST_BODY) throw Refusal.tooLarge();
    const context = {
      accountId: this.cloud.account,
      apiId: api.id,
      domainName: address.domainName,
      requestId: found.requestId,
      routeKey,
      stage: stage.StageName,
      path: address.path,
      time: this.cloud.clock.date(),
      pathParameters: matched.pathParameters,
      stageVariables: stage.StageVariables,
    };
    const arn = this.invocationArn(found, routeKey);
    const authorization = await this.authorizers.authorize(api, matched.route, request, context, {
      invocation: this.cloud.arn('execute-api', `${api.id}/${stage.StageName}/${request.method}${routePath}`),
      source: arn,
    });
    findings.authorization = authorization;
    const started = performance.now();
    try {
      return await this.integrate(
        found,
        matched,
        proxyEvent(request, { ...context, authorizer: authorization.authorizer }),
        arn,
      );
    } finally {
      findings.integrationMillis = Math.round(performance.now() - started);
    }
  }

  private async integrate(
    { api }: StageRequest,
    { route }: MatchedRoute,
    event: object,
    sourceArn: string,
  ): Promise<WireResponse> {
    const integration = api.integrations.get(route.Target?.replace(/^integrations\//, '') ?? '');
    if (!integration) throw Refusal.failed('the route has no integration');
    const principal = servicePrincipal('apigateway.amazonaws.com', this.cloud.account, sourceArn);
    const lambda = this.cloud.service<LambdaService>('lambda');
    const called = lambda
      .invoke(functionOf(integration.IntegrationUri as string), event, { type: 'RequestResponse', principal })
      .catch((error: Error) => {
        if (error.name === 'RequestTooLargeException') throw Refusal.tooLarge();
        // Throttled functions among others:
        // https://repost.aws/knowledge-center/api-gateway-internal-server-error
        throw Refusal.failed(error.message);
      });
    const { payload, functionError } = await within(
      called,
      integration.TimeoutInMillis ?? LONGEST_TIMEOUT_MILLIS,
    );
    if (functionError) throw Refusal.failed('The Lambda function returned an error');
    const response = proxyResponse(payload);
    if (!response)
      throw Refusal.failed('The response from the Lambda function does not match the expected format');
    return response;
  }

  /** The ARN that a function's policy sees: of the route, not of the path. */
  private invocationArn({ api, stage }: StageRequest, routeKey: string): string {
    const [method, path] = routeKey.split(' ');
    const resource = path === undefined ? method : `${method === 'ANY' ? '*' : method}${path}`;
    return this.cloud.arn('execute-api', `${api.id}/${stage.StageName}/${resource}`);
  }

  private async note(
    { request, api, stage, address, requestId }: StageRequest,
    { matched, authorization, integrationMillis, refusal }: Findings,
    { status, body }: WireResponse,
    millis: number,
  ): Promise<void> {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    const record = (name: string, value: number, unit: string) => {
      const ofApi = { ApiId: api.id };
      monitoring.record('AWS/ApiGateway', name, ofApi, value, unit);
      monitoring.record('AWS/ApiGateway', name, { ...ofApi, Stage: stage.StageName }, value, unit);
    };
    record('Count', 1, 'Count');
    record('4xx', status >= 400 && status < 500 ? 1 : 0, 'Count');
    record('5xx', status >= 500 ? 1 : 0, 'Count');
    record('Latency', millis, 'Milliseconds');
    record('DataProcessed', request.body.length + Buffer.byteLength(body), 'Bytes');
    if (integrationMillis !== undefined) record('IntegrationLatency', integrationMillis, 'Milliseconds');
    if (!stage.AccessLogSettings) return;
    const time = this.cloud.clock.date();
    const variables: ContextVariables = {
      accountId: this.cloud.account,
      apiId: api.id,
      domainName: address.domainName,
      httpMethod: request.method,
      'identity.sourceIp': '127.0.0.1',
      'identity.userAgent': request.headers['user-agent'],
      'identity.userArn': authorization?.userArn,
      'identity.caller': authorization?.userArn,
      'error.message': refusal?.message,
      'authorizer.error': integrationMillis === undefined ? refusal?.cause : undefined,
      integrationErrorMessage: integrationMillis === undefined ? undefined : refusal?.cause,
      'integration.error': integrationMillis === undefined ? undefined : refusal?.cause,
      integrationLatency: integrationMillis,
      'integration.latency': integrationMillis,
      'integration.integrationStatus': integrationMillis === undefined ? undefined : 200,
      path: address.path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: requestTime(time),
      requestTimeEpoch: Math.floor(time.getTime()),
      responseLatency: millis,
      responseLength: Buffer.byteLength(body),
      routeKey: matched?.route.RouteKey,
      stage: stage.StageName,
      status,
    };
    await this.accessLog.write(stage.AccessLogSettings, { ...authorization?.variables, ...variables });
  }
}

function corsOf({ settings }: StoredApi): CorsSettings | undefined {
  return corsSettings(settings.CorsConfiguration);
}

/** The stage that a path names, or the default one, and the path without the stage. */
function stageOf(api: StoredApi, { path }: Address): Pick<StageRequest, 'stage' | 'routePath'> | undefined {
  const [, name = ''] = path.split('/');
  const named = name === DEFAULT_STAGE ? undefined : api.stages.get(name);
  if (named) return { stage: named, routePath: path.slice(name.length + 1) || '/' };
  const stage = api.stages.get(DEFAULT_STAGE);
  return stage && { stage, routePath: path };
}

/** Limits of a route are its own, those of a stage are shared by its other routes. */
function limitsOf(stage: StoredStage, routeKey: string): { name: string; settings: RouteSettings } {
  const own = stage.RouteSettings?.[routeKey];
  return own
    ? { name: routeKey, settings: { ...stage.DefaultRouteSettings, ...own } }
    : { name: '', settings: stage.DefaultRouteSettings ?? {} };
}

/** With a CORS configuration, API Gateway ignores CORS headers that an integration returns. */
function withoutCors(
  headers: WireResponse['headers'],
  cors: CorsSettings | undefined,
): WireResponse['headers'] {
  if (!cors) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

async function within<Value>(work: Promise<Value>, millis: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Refusal.timedOut()), millis);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
