import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorize, type PolicySource } from './authorizer';
import { decodeAwsChunked } from './aws-chunked';
import { AwsError, NotImplementedError } from './aws-error';
import { readConstraints } from './constraints';
import { ConnectionLostError, type Faults } from './faults';
import { InputValidation } from './input-validation';
import type { Principal } from './principal';
import type { WireRequest, WireResponse } from './protocols/http';
import { jsonProtocol } from './protocols/json';
import type { Protocol } from './protocols/protocol';
import { queryProtocol } from './protocols/query';
import { restProtocol } from './protocols/rest';
import { type OperationModel, SdkModel, type WireProtocol } from './sdk-model';
import type { CallOptions, OperationHandler, RequestContext, Service } from './service';
import { violationError } from './violation-error';

/** A part of the local cloud that answers plain HTTP below a path of its own (web page, clock control, ...). */
export interface HttpRoute {
  /** e.g. `/_local/` */
  readonly prefix: string;
  handle(request: WireRequest): Promise<WireResponse>;
}

export interface GatewayOptions {
  readonly policies: PolicySource;
  readonly services: ReadonlyMap<string, Service>;
  readonly routes: readonly HttpRoute[];
  /** Who holds an access key. */
  principalOf(accessKeyId: string | undefined): Principal;
  requestId(): string;
  log(message: string): void;
}

const PROTOCOLS: Readonly<Record<WireProtocol, Protocol>> = {
  json: jsonProtocol,
  query: queryProtocol,
  'rest-json': restProtocol,
  'rest-xml': restProtocol,
};

const KEEP_ALIVE_MILLIS = 600_000;

/** The one HTTP port of all services. */
export class Gateway {
  /** What falls on calls from outside, and on those inside that are open to it. */
  faults: Faults | undefined;
  private readonly server: Server;
  private readonly models = new Map<Service, SdkModel>();
  private readonly validations = new Map<Service, InputValidation>();

  constructor(private readonly options: GatewayOptions) {
    this.server = createServer((request, response) => this.serve(request, response));
    // A client that uses a connection again just when it is closed loses its request: with Node's 5 seconds that happens on a busy machine.
    this.server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
    // Clients that wait for leave before they send a large body get it at once.
    this.server.on('checkContinue', (request, response) => {
      response.writeContinue();
      this.serve(request, response);
    });
  }

  /** @returns the port that it listens on, on loopback only */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
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

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.readAndAnswer(request, response).catch((error: Error) => {
      if (!(error instanceof ConnectionLostError))
        this.options.log(`could not answer ${request.method} ${request.url}: ${error.stack}`);
      response.destroy();
    });
  }

  private async readAndAnswer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wire = await readRequest(request);
    const answer = await this.answer(wire);
    // Node writes the content length of a HEAD answer only if it is given; S3 gives its own.
    const length = answer.headers['content-length'] ?? String(Buffer.byteLength(answer.body));
    response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
    response.end(wire.method === 'HEAD' ? undefined : answer.body);
  }

  private async answer(request: WireRequest): Promise<WireResponse> {
    const route = this.options.routes.find(({ prefix }) => request.path.startsWith(prefix));
    if (route) return route.handle(request);
    const service = this.serviceOf(request);
    if (!service) return text(404, `no service answers ${request.method} ${request.path}`);
    const model = this.model(service);
    const requestId = this.options.requestId();
    const protocol = PROTOCOLS[model.protocol];
    const name = protocol.operationOf(model, request);
    try {
      if (!name) throw new NotImplementedError(`${request.method} ${request.path} of ${service.name}`);
      const operation = this.operation(service, name);
      const input = await protocol.readInput(model, operation, request);
      const context = { principal: this.principalOf(request), requestId, headers: request.headers };
      const output = await this.performUnderFaults(service, operation, input, context);
      return protocol.writeOutput(model, operation, (output ?? {}) as object, requestId);
    } catch (error) {
      if (error instanceof ConnectionLostError) throw error;
      return protocol.writeError(model, this.toAwsError(service, name, error), requestId);
    }
  }

  /** Anything but an AWS error is our own defect: it is logged, and answered by a 4xx, which clients do not retry. */
  private toAwsError(service: Service, operation: string | undefined, error: unknown): AwsError {
    if (error instanceof AwsError) {
      const { protocol } = this.model(service);
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
    const target = { service: service.name, operation: operation.name, model: this.model(service) };
    return this.faults ? this.faults.around(target, call) : call();
  }

  private async perform(
    service: Service,
    operation: OperationModel,
    input: Record<string, unknown>,
    context: RequestContext,
  ): Promise<unknown> {
    const violations = this.validation(service).violations(operation.name, input);
    if (violations.length > 0) throw violationError(service.name, violations);
    const handler = service.operations[operation.name] as OperationHandler;
    authorize(this.options.policies, context.principal, service.permissions(operation.name, input));
    return handler.call(service, input as never, context);
  }

  private operation(service: Service, name: string): OperationModel {
    const operation = this.model(service).operations.get(name);
    if (!operation || !service.operations[name]) throw new NotImplementedError(`${service.name}:${name}`);
    return operation;
  }

  private model(service: Service): SdkModel {
    let model = this.models.get(service);
    if (!model) {
      model = new SdkModel(service.sdk);
      this.models.set(service, model);
    }
    return model;
  }

  private validation(service: Service): InputValidation {
    let validation = this.validations.get(service);
    if (!validation) {
      validation = new InputValidation(readConstraints(service.name));
      this.validations.set(service, validation);
    }
    return validation;
  }

  /** The credential scope names the service; an unsigned request can only be for S3. */
  private serviceOf(request: WireRequest): Service | undefined {
    const scope = credential(request)?.split('/')[3];
    const isRuntime = scope === 'sagemaker' && !request.headers['x-amz-target'];
    return this.options.services.get(isRuntime ? 'sagemaker-runtime' : (scope ?? 's3'));
  }

  private principalOf(request: WireRequest): Principal {
    return this.options.principalOf(credential(request)?.split('/')[0]);
  }
}

/** `AKID/date/region/service/aws4_request` of the Authorization header or a presigned URL. */
function credential(request: WireRequest): string | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  return header ?? request.query.get('X-Amz-Credential') ?? undefined;
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(',') : (value ?? '');
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  let body = Buffer.concat(chunks);
  if (
    headers['content-encoding']?.includes('aws-chunked') ||
    headers['x-amz-content-sha256']?.startsWith('STREAMING-')
  ) {
    const { content, trailers } = decodeAwsChunked(body);
    body = Buffer.from(content);
    Object.assign(headers, trailers);
    headers['content-encoding'] = (headers['content-encoding'] ?? '').replace(/,?\s*aws-chunked\s*,?/, '');
    if (headers['content-encoding'] === '') delete headers['content-encoding'];
  }
  return { method: request.method ?? 'GET', path, query: new URLSearchParams(query), headers, body };
}

function splitOnce(value: string, separator: string): [string, string?] {
  const index = value.indexOf(separator);
  return index < 0 ? [value] : [value.slice(0, index), value.slice(index + 1)];
}

function text(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
