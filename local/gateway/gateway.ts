import { authorize, type PolicySource } from './authorizer';
import { AwsError, NotImplementedError } from './aws-error';
import { ConnectionLostError, type Faults } from './faults';
import { HttpListener, type HttpRequest, type HttpResponse, headersOf } from './http-listener';
import { InputScope } from './implemented-inputs';
import { InputValidation } from './input-validation';
import type { Principal } from './principal';
import type { WireRequest, WireResponse } from './protocols/http';
import { jsonProtocol } from './protocols/json';
import type { Protocol } from './protocols/protocol';
import { queryProtocol } from './protocols/query';
import { restProtocol } from './protocols/rest';
import { refusalOf, withoutOrigin } from './request-guard';
import { type OperationModel, SdkModel, type WireProtocol } from './sdk-model';
import type { CallOptions, OperationHandler, Permission, RequestContext, Service } from './service';
import { AuthenticationError } from './signature/authentication-error';
import { Authenticator, type AuthenticatorOptions } from './signature/authenticator';
import { signedService } from './signature/signature';
import { violationError } from './violation-error';
import { withBucketInPath } from './virtual-host';

/**
 * A part of the local cloud that answers plain HTTP below a path or at host names of its own (web page, clock
 * control, APIs of users, ...).
 */
export interface HttpRoute {
  /** e.g. `/_local/` */
  readonly prefix: string;
  /** Host names, without the port, that are its own, whatever the path. @default none */
  readonly host?: RegExp;
  /** Whether web pages of other origins may send a request. @default none may */
  acceptsPage?(request: RequestHead): boolean;
  handle(request: WireRequest): Promise<WireResponse>;
}

/** A request of which the body is still to come. */
export type RequestHead = Omit<WireRequest, 'body'>;

export interface GatewayOptions extends AuthenticatorOptions {
  readonly policies: PolicySource;
  readonly services: ReadonlyMap<string, Service>;
  readonly routes: readonly HttpRoute[];
  requestId(): string;
  /** Called before a request that may have changed something is answered. */
  keep(): void;
  log(message: string): void;
}

const PROTOCOLS: Readonly<Record<WireProtocol, Protocol>> = {
  json: jsonProtocol,
  query: queryProtocol,
  'rest-json': restProtocol,
  'rest-xml': restProtocol,
};

/** The one HTTP port of all services. */
export class Gateway {
  /** What falls on calls from outside, and on those inside that are open to it. */
  faults: Faults | undefined;
  private readonly listener = new HttpListener((request, response) => this.serve(request, response));
  private readonly scopes = new Map<Service, InputScope>();
  private readonly authenticator: Authenticator;
  private port = 0;

  constructor(private readonly options: GatewayOptions) {
    this.authenticator = new Authenticator(options);
  }

  /** @returns the port that it listens on, on loopback only */
  async listen(port: number): Promise<number> {
    this.port = await this.listener.listen(port);
    return this.port;
  }

  close(): Promise<void> {
    return this.listener.close();
  }

  /** A call made inside the cloud: same checks, no wire. */
  async call(
    serviceName: string,
    operationName: string,
    input: object,
    principal: Principal,
    { mayFail = false }: CallOptions = {},
  ): Promise<unknown> {
    const service = this.options.services.get(serviceName);
    if (!service) throw new NotImplementedError(`the service ${serviceName}`);
    const operation = this.operation(service, operationName);
    const context = { principal, requestId: this.options.requestId(), headers: {} };
    const given = structuredClone(input) as Record<string, unknown>;
    return mayFail
      ? this.performUnderFaults(service, operation, given, context)
      : this.perform(service, operation, given, context);
  }

  /**
   * Who signed an HTTP request that is not a call of an SDK, if policies allow what it needs.
   *
   * @param service that it must be signed for, e.g. `execute-api`
   * @throws AuthenticationError, or AwsError AccessDenied
   */
  authorizeRequest(request: WireRequest, service: string, permissions: readonly Permission[]): Principal {
    const { principal } = this.authenticator.authenticate(request, false);
    if (signedService(request) !== service) {
      throw new AuthenticationError(
        'mismatch',
        `Credential should be scoped to correct service: '${service}'.`,
      );
    }
    authorize(this.options.policies, principal, permissions);
    return principal;
  }

  private serve(request: HttpRequest, response: HttpResponse): void {
    this.readAndAnswer(request, response).catch((error: Error) => {
      if (!(error instanceof ConnectionLostError))
        this.options.log(`could not answer ${request.method} ${request.url}: ${error.stack}`);
      response.destroy();
    });
  }

  private async readAndAnswer(request: HttpRequest, response: HttpResponse): Promise<void> {
    const head = readHead(request);
    // A web page is refused before its body is read.
    const acceptsPages = this.routeOf(head)?.acceptsPage?.(head) ?? false;
    const refusal = refusalOf({ ...head, port: this.port, acceptsPages });
    const answer = refusal
      ? this.refuse(head, refusal)
      : await this.answer({ ...head, body: await readBody(request) });
    // Node writes the content length of a HEAD answer only if it is given; S3 gives its own.
    const length = answer.headers['content-length'] ?? String(Buffer.byteLength(answer.body));
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.cookies && { 'set-cookie': [...answer.cookies] }),
      'content-length': length,
    });
    response.end(head.method === 'HEAD' ? '' : answer.body);
  }

  /** In the form that clients of the service read. */
  private refuse(head: RequestHead, why: string): WireResponse {
    this.options.log(`refused ${head.method} ${head.path}: ${why}`);
    const service = this.routeOf(head) ? undefined : this.serviceOf(head);
    if (!service) return text(403, `${why}\n`);
    const model = SdkModel.of(service.sdk);
    const error = this.toAwsError(service, undefined, new AwsError('AccessDenied', why, { status: 403 }));
    // Whatever the protocol's own status is, browsers and their tools know 403.
    const answer = PROTOCOLS[model.protocol].writeError(model, error, this.options.requestId());
    return withoutOrigin({ ...answer, status: 403 });
  }

  private async answer(request: WireRequest): Promise<WireResponse> {
    const route = this.routeOf(request);
    if (route) return route.handle(request);
    const service = this.serviceOf(request);
    if (!service) return unknownService(request);
    return withoutOrigin(await this.answerOf(service, request));
  }

  private async answerOf(service: Service, signed: WireRequest): Promise<WireResponse> {
    const model = SdkModel.of(service.sdk);
    const requestId = this.options.requestId();
    const protocol = PROTOCOLS[model.protocol];
    let name: string | undefined;
    try {
      const isS3 = service.name === 's3';
      const authenticated = this.authenticator.authenticate(signed, isS3);
      const { principal } = authenticated;
      const request = isS3 ? withBucketInPath(authenticated.request) : authenticated.request;
      name = protocol.operationOf(model, request);
      if (!name) throw new NotImplementedError(`${request.method} ${request.path} of ${service.name}`);
      const operation = this.operation(service, name);
      const input = await protocol.readInput(model, operation, request);
      const context = { principal, requestId, headers: request.headers };
      const output = await this.performUnderFaults(service, operation, input, context);
      if (!isRead(name)) this.options.keep();
      return protocol.writeOutput(model, operation, (output ?? {}) as object, requestId);
    } catch (error) {
      if (error instanceof ConnectionLostError) throw error;
      return protocol.writeError(model, this.toAwsError(service, name, error), requestId);
    }
  }

  /**
   * Anything but an AWS error is our own defect: it is logged, and answered by a 4xx, which clients do not
   * retry.
   */
  private toAwsError(service: Service, operation: string | undefined, error: unknown): AwsError {
    const { protocol } = SdkModel.of(service.sdk);
    if (error instanceof AuthenticationError) return error.toAwsError(protocol);
    if (error instanceof AwsError) {
      const isJson = protocol === 'json' || protocol === 'rest-json';
      return error.code === 'AccessDenied' && isJson
        ? new AwsError('AccessDeniedException', error.message, { status: protocol === 'json' ? 400 : 403 })
        : error;
    }
    this.options.log(`${service.name}:${operation} failed: ${(error as Error).stack}`);
    return new AwsError(
      'InternalFailure',
      `the local cloud failed in ${service.name}:${operation}: ${(error as Error).message}`,
      {
        status: 400,
      },
    );
  }

  private performUnderFaults(
    service: Service,
    operation: OperationModel,
    input: Record<string, unknown>,
    context: RequestContext,
  ): Promise<unknown> {
    const call = () => this.perform(service, operation, input, context);
    const target = { service: service.name, operation: operation.name, model: SdkModel.of(service.sdk) };
    return this.faults ? this.faults.around(target, call) : call();
  }

  private async perform(
    service: Service,
    operation: OperationModel,
    input: Record<string, unknown>,
    context: RequestContext,
  ): Promise<unknown> {
    const violations = InputValidation.of(service.name).violations(operation.name, input);
    if (violations.length > 0) throw violationError(service.name, violations);
    this.inputScope(service).refuseUnimplemented(operation, input);
    const handler = service.operations[operation.name] as OperationHandler;
    authorize(this.options.policies, context.principal, service.permissions(operation.name, input));
    return handler.call(service, input as never, context);
  }

  private operation(service: Service, name: string): OperationModel {
    const operation = SdkModel.of(service.sdk).operations.get(name);
    if (!operation || !service.operations[name]) throw new NotImplementedError(`${service.name}:${name}`);
    return operation;
  }

  private inputScope(service: Service): InputScope {
    let scope = this.scopes.get(service);
    if (!scope) {
      scope = new InputScope(service.implementedInputs);
      this.scopes.set(service, scope);
    }
    return scope;
  }

  private routeOf({ path, headers }: RequestHead): HttpRoute | undefined {
    const { routes } = this.options;
    const name = (headers.host ?? '').replace(/:\d+$/, '');
    return (
      routes.find(({ host }) => host?.test(name)) ?? routes.find(({ prefix }) => path.startsWith(prefix))
    );
  }

  /** The credential scope names the service; some share one. */
  private serviceOf(request: RequestHead): Service | undefined {
    const scope = signedService(request) ?? this.unsignedService(request);
    const target = request.headers['x-amz-target'];
    if (scope === 'sagemaker' && !target) return this.options.services.get('sagemaker-runtime');
    const isStreams = scope === 'dynamodb' && target?.startsWith('DynamoDBStreams_');
    return this.options.services.get(isStreams ? 'dynamodbstreams' : scope);
  }

  /** Whose error an unsigned request gets: of the Query services any, for they share their form. */
  private unsignedService({ method, path, headers }: RequestHead): string {
    const [target] = headers['x-amz-target']?.split('.') ?? [];
    const services = [...this.options.services.values()];
    const byTarget = target && services.find((service) => SdkModel.of(service.sdk).target === target);
    if (byTarget) return byTarget.name;
    return method === 'POST' && path === '/' ? 'sts' : 's3';
  }
}

function readHead(request: HttpRequest): RequestHead {
  const [path = '/', queryString = ''] = splitOnce(request.url ?? '/', '?');
  const query = new URLSearchParams(queryString);
  return { method: request.method ?? 'GET', path, query, queryString, headers: headersOf(request) };
}

async function readBody(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function splitOnce(value: string, separator: string): [string, string?] {
  const index = value.indexOf(separator);
  return index < 0 ? [value] : [value.slice(0, index), value.slice(index + 1)];
}

/** Whether an operation only reads, by its name. */
function isRead(operation: string): boolean {
  return /^(Get|List|Describe|Head|Filter|Lookup|Query|Scan|BatchGet|BatchCheck|TransactGet|Simulate|Validate)/.test(
    operation,
  );
}

/**
 * A service's own protocol is not known here: clients that speak JSON name their operation, and read an error
 * as JSON.
 */
function unknownService({ method, path, headers }: WireRequest): WireResponse {
  const target = headers['x-amz-target'];
  if (target === undefined) return text(404, `no service answers ${method} ${path}`);
  const error = new NotImplementedError(target);
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

function text(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
