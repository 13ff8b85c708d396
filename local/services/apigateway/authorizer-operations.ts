import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { ApiStore } from './api-store';
import { isFunctionUri } from './function-uri';
import { isIdentitySource } from './identity-source';
import { given, listed } from './requests';

/** An issuer on this machine, for rehearsals; on AWS it must be reached by HTTPS. */
const ISSUER = /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?(?:\/|$)/;

/** Authorizers of APIs. */
export function authorizerOperations(store: ApiStore): Operations<typeof sdk> {
  return {
    CreateAuthorizer: ({ ApiId, ...settings }) => {
      const api = store.api(ApiId);
      checkAuthorizer(settings);
      const AuthorizerId = store.newChildId();
      const authorizer = { ...settings, Name: settings.Name, AuthorizerId };
      api.authorizers.set(AuthorizerId, authorizer);
      return authorizer;
    },

    GetAuthorizer: ({ ApiId, AuthorizerId }) => store.authorizer(store.api(ApiId), AuthorizerId),

    GetAuthorizers: (input) => listed(store.api(input.ApiId).authorizers.values(), input),

    UpdateAuthorizer: ({ ApiId, AuthorizerId, ...settings }) => {
      const api = store.api(ApiId);
      const changed = { ...store.authorizer(api, AuthorizerId), ...given(settings) };
      checkAuthorizer(changed);
      api.authorizers.set(AuthorizerId as string, changed);
      return changed;
    },

    DeleteAuthorizer: ({ ApiId, AuthorizerId }) => {
      const api = store.api(ApiId);
      store.authorizer(api, AuthorizerId);
      if ([...api.routes.values()].some((route) => route.AuthorizerId === AuthorizerId)) {
        throw new AwsError('ConflictException', `Authorizer ${AuthorizerId} is used by a route`);
      }
      api.authorizers.delete(AuthorizerId as string);
      return {};
    },
  };
}

function checkAuthorizer(authorizer: Partial<sdk.Authorizer>): void {
  const { AuthorizerType, IdentitySource = [], JwtConfiguration, AuthorizerUri } = authorizer;
  const other = IdentitySource.find((source) => !isIdentitySource(source));
  if (other !== undefined) throw new NotImplementedError(`the identity source ${other}`);
  if (AuthorizerType === 'JWT') {
    const { Issuer = '', Audience = [] } = JwtConfiguration ?? {};
    if (IdentitySource.length !== 1) {
      throw new AwsError('BadRequestException', 'IdentitySource is required for JWT authorizer');
    }
    if (!ISSUER.test(Issuer)) {
      throw new AwsError(
        'BadRequestException',
        `Invalid issuer: ${Issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`,
      );
    }
    if (Audience.length === 0) {
      throw new AwsError('BadRequestException', 'Audience is required for JWT authorizer');
    }
    return;
  }
  if (!isFunctionUri(AuthorizerUri)) {
    throw new AwsError('BadRequestException', 'AuthorizerUri must name a Lambda function');
  }
  if (authorizer.AuthorizerPayloadFormatVersion === undefined) {
    throw new AwsError(
      'BadRequestException',
      'AuthorizerPayloadFormatVersion is required for REQUEST authorizer',
    );
  }
}
