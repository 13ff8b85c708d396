import { Annotations, type Duration, Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiSecurity } from '../../contracts/functions/http';
import { explain } from '../platform/explained-rules';
import { Validation } from '../runtime/validation';

export interface JwtAuthorizationOptions {
  /**
   * URL of the issuer, as tokens have it in `iss`, such as that of a Cognito user pool. API Gateway finds its
   * keys below `/.well-known/openid-configuration`; it takes RSA signatures only.
   */
  readonly issuer: string;

  /** Values of `aud`, or of `client_id`, one of which a token must have. */
  readonly audience: string[];

  /**
   * Scopes, one of which a token must have.
   * @default - none is needed
   */
  readonly scopes?: string[];
}

export interface LambdaAuthorizationOptions {
  /**
   * What callers are identified by: a request without one of them gets status 401, and decisions are cached
   * by their values.
   * @default ['$request.header.Authorization']
   */
  readonly identitySource?: string[];

  /**
   * How long a decision is cached; 0 to 1 hour.
   * @default 5 minutes
   */
  readonly resultsCacheTtl?: Duration;
}

/**
 * What a kind of authorization makes of an API.
 *
 * @internal
 */
export interface BoundAuthorization {
  /** Undefined if everybody may call. */
  readonly authorizer?: IHttpRouteAuthorizer;
  readonly scopes?: string[];
  /** As the OpenAPI document of the API says it. */
  readonly security: ApiSecurity;
}

/** Who may call an {@link InferenceApi}. */
export abstract class ApiAuthorization {
  /** Callers sign their requests (Signature Version 4), and a policy lets them invoke the API. */
  static iam(): ApiAuthorization {
    return new IamAuthorization();
  }

  /** Callers bring a token (JWT) of an issuer in the header `Authorization`. */
  static jwt(options: JwtAuthorizationOptions): ApiAuthorization {
    return new JwtAuthorization(options);
  }

  /**
   * A function of yours decides: it answers `{ "isAuthorized": true }`, with a `context` or without (format
   * 2.0, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).
   */
  static lambda(handler: IFunction, options: LambdaAuthorizationOptions = {}): ApiAuthorization {
    return new LambdaAuthorization(handler, options);
  }

  /** Everybody may call, whoever finds the address. */
  static none(): ApiAuthorization {
    return new NoAuthorization();
  }

  /** @internal */
  abstract readonly _kind: 'iam' | 'jwt' | 'lambda' | 'none';

  /**
   * @internal
   * @throws Error that lists what is wrong
   */
  abstract _bind(scope: Construct): BoundAuthorization;
}

class IamAuthorization extends ApiAuthorization {
  readonly _kind = 'iam';

  _bind(): BoundAuthorization {
    return { authorizer: new HttpIamAuthorizer(), security: { kind: this._kind } };
  }
}

class JwtAuthorization extends ApiAuthorization {
  readonly _kind = 'jwt';

  constructor(private readonly options: JwtAuthorizationOptions) {
    super();
  }

  _bind(scope: Construct): BoundAuthorization {
    const { issuer, audience, scopes } = this.options;
    new Validation(scope)
      .check(
        issuer,
        Token.isUnresolved(issuer) || ISSUER.test(issuer),
        'issuer must be an https:// URL, as AWS demands; http:// only of this machine, to rehearse on the local cloud',
      )
      .check(audience, audience.length > 0, 'audience must name at least one value of aud or client_id')
      .finish();
    const authorizer = new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: audience });
    return { authorizer, scopes, security: { kind: this._kind, issuer, scopes } };
  }
}

const ISSUER = /^https:\/\/\S+$|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?(?:\/\S*)?$/;

class LambdaAuthorization extends ApiAuthorization {
  readonly _kind = 'lambda';

  constructor(
    private readonly handler: IFunction,
    private readonly options: LambdaAuthorizationOptions,
  ) {
    super();
  }

  _bind(): BoundAuthorization {
    const { identitySource = ['$request.header.Authorization'] } = this.options;
    const authorizer = new HttpLambdaAuthorizer('Lambda', this.handler, {
      ...this.options,
      identitySource,
      responseTypes: [HttpLambdaResponseType.SIMPLE],
    });
    return { authorizer, security: { kind: this._kind, identitySource } };
  }
}

class NoAuthorization extends ApiAuthorization {
  readonly _kind = 'none';

  _bind(scope: Construct): BoundAuthorization {
    Annotations.of(scope).addWarningV2(
      'cdk-model-pipeline:apiWithoutAuthorization',
      'everybody who finds the address of this API can ask the model, learn it by its answers, and cause cost: choose ApiAuthorization.iam(), .jwt() or .lambda(), or keep throttle low',
    );
    explain(scope, 'APIG4', 'the app lets everybody call with ApiAuthorization.none(), and is warned of it');
    return { security: { kind: this._kind } };
  }
}
