import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { evaluateIdentityPolicies, type PolicyDocument } from '../../gateway/policy';
import type { Principal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { LambdaService } from '../lambda/lambda-service';
import type { ProxyEvent } from '../lambda-proxy/proxy-event';
import type { Authorization } from './authorizers';
import { functionOf } from './function-uri';
import { identityOf } from './identity-source';
import { Refusal } from './refusal';

/** What an authorizer's function decided. */
interface Decision {
  readonly isAuthorized?: unknown;
  readonly policyDocument?: PolicyDocument;
  readonly context?: Readonly<Record<string, unknown>>;
}

interface CachedDecision {
  readonly decision: Decision;
  readonly until: number;
}

const DEFAULT_TTL_SECONDS = 300;

/**
 * Lambda authorizers of format 2.0, which answer `{ isAuthorized, context }` or an IAM policy. Decisions are
 * cached by the values of the identity sources; without a source nothing is cached.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export class LambdaAuthorizer {
  private readonly decisions = new Map<string, CachedDecision>();

  constructor(private readonly cloud: Cloud) {}

  /** @throws Refusal 401 without an identity, 403 if the function denies, 500 if it fails */
  async authorize(
    authorizer: sdk.Authorizer,
    event: ProxyEvent,
    { routeArn, principal }: { readonly routeArn: string; readonly principal: Principal },
  ): Promise<Authorization> {
    const headers = event.headers as Record<string, string>;
    const query = new URLSearchParams(event.rawQueryString as string);
    const sources = authorizer.IdentitySource ?? [];
    const identitySource = sources.map((source) => identityOf(source, { headers, query }));
    if (identitySource.includes(undefined)) throw Refusal.unauthorized('an identity source is missing');
    const decision = await this.decide(authorizer, { ...event, routeArn, identitySource }, principal);
    if (!isAllowed(decision, routeArn)) throw Refusal.forbidden('the authorizer denies it');
    const { context = {} } = decision;
    return {
      authorizer: { lambda: context },
      variables: Object.fromEntries(
        Object.entries(context).map(([name, value]) => [`authorizer.${name}`, String(value)]),
      ),
    };
  }

  private async decide(
    authorizer: sdk.Authorizer,
    event: ProxyEvent,
    principal: Principal,
  ): Promise<Decision> {
    const identity = event.identitySource as string[];
    const ttl = authorizer.AuthorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS;
    const key = JSON.stringify([authorizer.AuthorizerId, ...identity]);
    const cached = this.decisions.get(key);
    const now = this.cloud.clock.now();
    if (cached && now < cached.until) return cached.decision;
    const decision = await this.call(authorizer, event, principal);
    if (ttl > 0 && identity.length > 0) this.decisions.set(key, { decision, until: now + ttl * 1000 });
    return decision;
  }

  private async call(authorizer: sdk.Authorizer, event: ProxyEvent, principal: Principal): Promise<Decision> {
    const lambda = this.cloud.service<LambdaService>('lambda');
    const target = functionOf(authorizer.AuthorizerUri as string);
    // A body is no part of what an authorizer gets.
    const { body: _body, isBase64Encoded: _encoding, ...rest } = event;
    const request = { ...rest, type: 'REQUEST' };
    const answer = await lambda
      .invoke(target, request, { type: 'RequestResponse', principal })
      .catch((error: Error) => {
        throw Refusal.failed(error.message);
      });
    const { payload, functionError } = answer;
    if (functionError || typeof payload !== 'object' || payload === null) {
      throw Refusal.failed('the authorizer function failed');
    }
    return payload as Decision;
  }
}

function isAllowed({ isAuthorized, policyDocument }: Decision, routeArn: string): boolean {
  if (!policyDocument) return isAuthorized === true;
  const request = { action: 'execute-api:Invoke', resource: routeArn, principal: {}, context: {} };
  return evaluateIdentityPolicies([policyDocument], request) === 'Allow';
}
