import { NotImplementedError } from '../../gateway/aws-error';
import type { HttpRoute } from '../../gateway/gateway';
import type { Cloud, ResourceProvider, ResourceState } from '../../gateway/service';
import { type DeploymentContext, FailureWithPhysicalId } from './resource-operations';
import { isObject } from './template';

type Properties = Record<string, unknown>;

/** What a function sends to the response URL. */
interface CustomResourceResponse {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly Data?: unknown;
}

interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

const ROUTE = '/_local/cfn-response/';
const LONGEST_RESPONSE_BYTES = 4096;
const SECOND = 1000;
const DEFAULT_TIMEOUT_SECONDS = 3600;
/** With a clock that nobody moves, the timeout would never come. */
const REAL_TIMEOUT_MILLISECONDS = 10 * 60 * SECOND;

/** Custom resources: asks functions, and takes their answers at the response URL. */
export class CustomResources {
  readonly provider: ResourceProvider;
  readonly route: HttpRoute = {
    prefix: ROUTE,
    handle: async ({ method, path, body }) => {
      if (method !== 'PUT') return { status: 405, headers: {}, body: '' };
      const token = path.slice(ROUTE.length);
      // On AWS the URL is presigned: another one is refused, and an answer that comes too late is still
      // taken.
      if (!this.issued.has(token)) return { status: 403, headers: {}, body: '' };
      this.pending.get(token)?.(readResponse(body));
      return { status: 200, headers: {}, body: '' };
    },
  };
  private readonly issued = new Set<string>();
  /** Who waits for an answer, by the token in the response URL. */
  private readonly pending = new Map<string, (response: CustomResourceResponse) => void>();

  constructor(private readonly cloud: Cloud) {
    this.provider = {
      properties: [],
      createOnly: [],
      create: (properties, context: DeploymentContext) =>
        this.request({ RequestType: 'Create', ResourceProperties: properties }, context),
      update: (physicalId, properties, previous, context: DeploymentContext) => {
        if (properties.ServiceToken !== previous.ServiceToken) {
          throw new Error('Modifying service token is not allowed.');
        }
        return this.request(
          {
            RequestType: 'Update',
            PhysicalResourceId: physicalId,
            ResourceProperties: properties,
            OldResourceProperties: previous,
          },
          context,
        );
      },
      delete: async (physicalId, properties, context: DeploymentContext) => {
        await this.request(
          { RequestType: 'Delete', PhysicalResourceId: physicalId, ResourceProperties: properties },
          context,
        );
      },
    };
  }

  private async request(request: CustomResourceRequest, context: DeploymentContext): Promise<ResourceState> {
    const { ServiceToken, ServiceTimeout } = request.ResourceProperties;
    if (typeof ServiceToken !== 'string' || !ServiceToken.includes(':lambda:')) {
      throw new NotImplementedError(
        `the ServiceToken ${JSON.stringify(ServiceToken)}, which is no function's ARN`,
      );
    }
    const token = this.cloud.uuid();
    this.issued.add(token);
    const requestId = this.cloud.uuid();
    const event = {
      ...request,
      ResourceProperties: asStrings(request.ResourceProperties),
      ...(request.OldResourceProperties && {
        OldResourceProperties: asStrings(request.OldResourceProperties),
      }),
      ServiceToken,
      ResponseURL: `${this.cloud.url}${ROUTE}${token}`,
      StackId: context.stackId,
      RequestId: requestId,
      LogicalResourceId: context.logicalId,
      ResourceType: context.type,
    };
    const answer = new Promise<CustomResourceResponse>((resolve) => this.pending.set(token, resolve));
    const seconds = Number(ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
    const stopWaiting = this.failLate(token, seconds, requestId);
    try {
      await context.call('lambda', 'Invoke', {
        FunctionName: ServiceToken,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(event)),
      });
      return stateOf(await context.pause(answer), request, context, requestId);
    } finally {
      stopWaiting();
      this.pending.delete(token);
    }
  }

  private failLate(token: string, seconds: number, requestId: string): () => void {
    const fail = () =>
      this.pending.get(token)?.({
        Status: 'TIMEOUT',
        Reason: `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}].`,
      });
    const timer = this.cloud.clock.after(seconds * SECOND, fail);
    const guard =
      this.cloud.clock.rate === 0 ? setTimeout(fail, REAL_TIMEOUT_MILLISECONDS).unref() : undefined;
    return () => {
      timer.cancel();
      clearTimeout(guard);
    };
  }
}

function readResponse(body: Buffer): CustomResourceResponse {
  if (body.length > LONGEST_RESPONSE_BYTES)
    return { Status: 'INVALID', Reason: 'Response object is too long.' };
  try {
    const response: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(response)) return response;
  } catch {
    // Answered below.
  }
  return { Status: 'INVALID', Reason: 'Invalid response object: it is no JSON object.' };
}

function stateOf(
  { Status, Reason, PhysicalResourceId, Data }: CustomResourceResponse,
  request: CustomResourceRequest,
  context: DeploymentContext,
  requestId: string,
): ResourceState {
  const answeredId = typeof PhysicalResourceId === 'string' ? PhysicalResourceId : undefined;
  const physicalId = answeredId ?? request.PhysicalResourceId ?? context.generateName();
  if (Status !== 'SUCCESS') {
    const message =
      Status === 'FAILED'
        ? `Received response status [FAILED] from custom resource. Message returned: ${Reason ?? 'none'} (RequestId: ${requestId})`
        : String(Reason ?? `Invalid response status ${JSON.stringify(Status)}`);
    // What a failed creation may have left is deleted by the rollback.
    throw new FailureWithPhysicalId(message, physicalId);
  }
  if (!answeredId) throw new Error('Invalid PhysicalResourceId: the response has none');
  return { physicalId, attributes: flatten(isObject(Data) ? Data : {}) };
}

/** CloudFormation hands every scalar over as text. */
function asStrings(properties: Properties): Properties {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
    return value === null ? '' : String(value);
  };
  return convert(properties) as Properties;
}

/** Nested values can be asked for by their path. */
function flatten(data: Record<string, unknown>, prefix = ''): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    result[`${prefix}${key}`] = value;
    if (isObject(value)) Object.assign(result, flatten(value, `${prefix}${key}.`));
  }
  return result;
}
