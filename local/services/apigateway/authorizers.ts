import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../gateway/aws-error';
import { servicePrincipal } from '../../gateway/principal';
import type { WireRequest } from '../../gateway/protocols/http';
import type { Cloud } from '../../gateway/service';
import { AuthenticationError } from '../../gateway/signature/authentication-error';
import { type ProxyContext, proxyEvent } from '../lambda-proxy/proxy-event';
import type { ApiStore } from './api-store';
import type { StoredApi } from './http-api';
import { JwtVerifier } from './jwt-verifier';
import { LambdaAuthorizer } from './lambda-authorizer';
import { Refusal } from './refusal';

/** Who may send a request, as its event and the access log have it. */
export interface Authorization {
  /** `requestContext.authorizer` of the event. */
  readonly authorizer?: object;
  readonly userArn?: string;
  /** `$context.authorizer....` of the access log. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** ARNs of a request: as callers' policies name it, and as the function's policy sees the caller. */
export interface RequestArns {
  readonly invocation: string;
  readonly source: string;
}

/** Lets requests through by the authorization of their route. */
export class Authorizers {
  private readonly jwt: JwtVerifier;
  private readonly lambda: LambdaAuthorizer;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: ApiStore,
  ) {
    this.jwt = new JwtVerifier(cloud);
    this.lambda = new LambdaAuthorizer(cloud);
  }

  /** @throws Refusal for a request that may not be sent */
  async authorize(
    api: StoredApi,
    route: sdk.Route,
    request: WireRequest,
    context: ProxyContext,
    arns: RequestArns,
  ): Promise<Authorization> {
    switch (route.AuthorizationType) {
      case 'AWS_IAM':
        return this.byIam(request, arns.invocation);
      case 'JWT':
        return this.jwt.authorize(this.store.authorizer(api, route.AuthorizerId), route, request);
      case 'CUSTOM': {
        const authorizer = this.store.authorizer(api, route.AuthorizerId);
        const source = this.cloud.arn('execute-api', `${api.id}/authorizers/${authorizer.AuthorizerId}`);
        return this.lambda.authorize(authorizer, proxyEvent(request, context), {
          routeArn: arns.invocation,
          principal: servicePrincipal('apigateway.amazonaws.com', this.cloud.account, source),
        });
      }
      default:
        return {};
    }
  }

  /** HTTP APIs answer every failure of a signature alike. */
  private byIam(request: WireRequest, resource: string): Authorization {
    try {
      const permission = { action: 'execute-api:Invoke', resource };
      const principal = this.cloud.authorizeRequest(request, 'execute-api', [permission]);
      const iam = {
        accessKey: /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '',
        accountId: principal.account,
        callerId: principal.arn,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: principal.arn,
        userId: principal.arn,
      };
      return { authorizer: { iam }, userArn: principal.arn };
    } catch (error) {
      if (!(error instanceof AuthenticationError || error instanceof AwsError)) throw error;
      this.cloud.log(`refused a request to ${resource}: ${error.message}`);
      throw Refusal.forbidden(error.message);
    }
  }
}
