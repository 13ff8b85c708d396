import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { HttpRoute, RequestHead } from '../../gateway/gateway';
import { paginate } from '../../gateway/paginate';
import { evaluateResourcePolicy } from '../../gateway/policy';
import type { WireRequest, WireResponse } from '../../gateway/protocols/http';
import type { Cloud, Operations, Permission } from '../../gateway/service';
import { AuthenticationError } from '../../gateway/signature/authentication-error';
import { addressOf } from '../lambda-proxy/address';
import { corsHeaders, corsSettings, isAllowedOrigin, isPreflight } from '../lambda-proxy/cors';
import { proxyEvent } from '../lambda-proxy/proxy-event';
import { proxyResponse } from '../lambda-proxy/proxy-response';
import { resourceNotFound } from './errors';
import { type FunctionReference, parseFunctionName } from './function-name';
import type { FunctionStore } from './function-store';
import type { FunctionResponse } from './lambda-service';
import { functionPolicy } from './policy-operations';
import type { StoredUrl } from './stored-function';

const URL_PATH = '/_local/lambda-url/';
const URL_HOST = /^([a-z0-9]+)\.lambda-url\.localhost$/i;
const ID_LENGTH = 32;
/** As of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_BODY = 6 * 1024 * 1024;
const PAGE = 50;

/** Invokes a function for a URL, whose callers are authorized already. @throws AwsError */
type Invoke = (target: FunctionReference, event: object) => Promise<FunctionResponse>;

/**
 * HTTP addresses of functions and aliases.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export class FunctionUrls implements HttpRoute {
  readonly prefix = URL_PATH;
  readonly host = URL_HOST;
  private readonly urls: Map<string, StoredUrl>;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: FunctionStore,
    private readonly invoke: Invoke,
  ) {
    this.urls = store.urls;
  }

  readonly operations: Operations<typeof sdk> = {
    CreateFunctionUrlConfig: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName as string, input.Qualifier);
      const found = this.store.get(name);
      if (qualifier !== undefined) this.store.alias(found, qualifier);
      if (this.tryFind({ name, qualifier })) {
        throw new AwsError(
          'ResourceConflictException',
          `Failed to create function url config for [functionArn = ${this.store.arn({ name, qualifier })}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        );
      }
      const now = this.cloud.clock.date();
      return this.keep({
        id: this.cloud.id(ID_LENGTH, 'base36'),
        functionName: name,
        qualifier,
        authType: input.AuthType as sdk.FunctionUrlAuthType,
        cors: input.Cors,
        created: now,
        modified: now,
      });
    },

    GetFunctionUrlConfig: (input) => this.describe(this.find(input)),

    UpdateFunctionUrlConfig: (input) => {
      const found = this.find(input);
      const { AuthType: authType = found.authType, Cors: cors = found.cors } = input;
      return this.keep({ ...found, authType, cors, modified: this.cloud.clock.date() });
    },

    DeleteFunctionUrlConfig: (input) => {
      this.urls.delete(this.find(input).id);
      return {};
    },

    ListFunctionUrlConfigs: ({ FunctionName, Marker, MaxItems = PAGE }) => {
      const { name } = this.store.get(FunctionName);
      const all = [...this.urls.values()].filter(({ functionName }) => functionName === name);
      const { page, nextToken } = paginate(all, MaxItems, Marker);
      return { FunctionUrlConfigs: page.map((url) => this.describe(url)), NextMarker: nextToken };
    },
  };

  acceptsPage(head: RequestHead): boolean {
    return isAllowedOrigin(corsSettings(this.urls.get(addressOf(this, head).id)?.cors), head);
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const { id, path } = addressOf(this, request);
    const url = this.urls.get(id);
    if (!url || !this.store.functions.has(url.functionName)) return message(404, 'Not Found');
    const cors = corsSettings(url.cors);
    const response =
      cors && isPreflight(request)
        ? { status: 200, headers: {}, body: '' }
        : await this.answer(url, request, path);
    return { ...response, headers: { ...response.headers, ...(cors && corsHeaders(cors, request)) } };
  }

  private async answer(url: StoredUrl, request: WireRequest, path: string): Promise<WireResponse> {
    const caller = this.authorize(url, request);
    if (!caller) return message(403, FORBIDDEN);
    if (request.body.length > LARGEST_BODY) return message(413, 'Request Entity Too Large');
    const { functionName: name, qualifier, id } = url;
    const event = proxyEvent(request, {
      accountId: caller.account ?? 'anonymous',
      apiId: id,
      domainName: `${id}.lambda-url.${this.cloud.region}.on.aws`,
      requestId: this.cloud.uuid(),
      routeKey: '$default',
      stage: '$default',
      path,
      time: this.cloud.clock.date(),
      authorizer: caller.authorizer,
    });
    try {
      const { payload, functionError } = await this.invoke({ name, qualifier }, event);
      const response = functionError ? undefined : proxyResponse(payload);
      return response ?? { status: 502, headers: {}, body: 'Internal Server Error' };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'TooManyRequestsException') return message(429, error.message);
      if (error.code === 'RequestTooLargeException') return message(413, error.message);
      throw error;
    }
  }

  /**
   * Since October 2025 a caller needs both actions.
   *
   * @returns undefined if the request may not be sent
   * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  private authorize({ functionName: name, qualifier, authType }: StoredUrl, request: WireRequest) {
    const resource = this.store.arn({ name, qualifier });
    const needed: Permission[] = [
      {
        action: 'lambda:InvokeFunctionUrl',
        resource,
        context: { 'lambda:FunctionUrlAuthType': authType },
      },
      {
        action: 'lambda:InvokeFunction',
        resource,
        context: { 'lambda:InvokedViaFunctionUrl': 'true' },
      },
    ];
    if (authType === 'NONE') {
      const policy = functionPolicy(this.store, { name, qualifier });
      const isAllowed = needed.every(
        ({ action, context = {} }) =>
          policy &&
          evaluateResourcePolicy(policy, {
            action,
            resource,
            principal: { AWS: ['*'] },
            context: inLowerCase(context),
          }) === 'Allow',
      );
      return isAllowed ? {} : undefined;
    }
    try {
      const { account, arn } = this.cloud.authorizeRequest(request, 'lambda', needed);
      const iam = { accountId: account, callerId: arn, userArn: arn, userId: arn };
      return { account, authorizer: { iam } };
    } catch (error) {
      if (!(error instanceof AuthenticationError || error instanceof AwsError)) throw error;
      this.cloud.log(`refused a request to the URL of ${resource}: ${error.message}`);
      return undefined;
    }
  }

  private keep(url: StoredUrl) {
    this.urls.set(url.id, url);
    return this.describe(url);
  }

  private describe({ id, functionName: name, qualifier, authType, cors, created, modified }: StoredUrl) {
    return {
      FunctionUrl: `${this.cloud.url}${URL_PATH}${id}/`,
      FunctionArn: this.store.arn({ name, qualifier }),
      AuthType: authType,
      Cors: cors,
      CreationTime: created.toISOString(),
      LastModifiedTime: modified.toISOString(),
      InvokeMode: 'BUFFERED' as const,
    };
  }

  private tryFind({ name, qualifier }: { name: string; qualifier?: string | undefined }) {
    return [...this.urls.values()].find((url) => url.functionName === name && url.qualifier === qualifier);
  }

  private find(input: { FunctionName?: string | undefined; Qualifier?: string | undefined }): StoredUrl {
    const { name, qualifier } = parseFunctionName(input.FunctionName ?? '', input.Qualifier);
    const found = this.tryFind({ name: this.store.get(name).name, qualifier });
    if (found) return found;
    throw resourceNotFound();
  }
}

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

function message(status: number, Message: string): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Message }) };
}

function inLowerCase(context: NonNullable<Permission['context']>): NonNullable<Permission['context']> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}
