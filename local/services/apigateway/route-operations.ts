import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { ApiStore } from './api-store';
import type { StoredApi } from './http-api';
import { given, listed } from './requests';
import { checkRouteKey } from './route-key';

/** Routes of APIs. */
export function routeOperations(store: ApiStore): Operations<typeof sdk> {
  return {
    CreateRoute: ({ ApiId, ...settings }) => {
      const api = store.api(ApiId);
      checkRoute(store, api, settings);
      const RouteId = store.newChildId();
      const route = { AuthorizationType: 'NONE' as const, ...settings, ApiKeyRequired: false, RouteId };
      api.routes.set(RouteId, { ...route, RouteKey: settings.RouteKey });
      return route;
    },

    GetRoute: ({ ApiId, RouteId }) => store.route(store.api(ApiId), RouteId),

    GetRoutes: (input) => listed(store.api(input.ApiId).routes.values(), input),

    UpdateRoute: ({ ApiId, RouteId, ...settings }) => {
      const api = store.api(ApiId);
      const changed = { ...store.route(api, RouteId), ...given(settings) };
      checkRoute(store, api, changed);
      api.routes.set(RouteId as string, changed);
      return changed;
    },

    DeleteRoute: ({ ApiId, RouteId }) => {
      const api = store.api(ApiId);
      store.route(api, RouteId);
      api.routes.delete(RouteId as string);
      return {};
    },
  };
}

type RouteSettings = Partial<sdk.Route>;

function checkRoute(store: ApiStore, api: StoredApi, route: RouteSettings): void {
  const { RouteKey = '', Target, AuthorizationType = 'NONE', AuthorizerId, RouteId } = route;
  checkRouteKey(RouteKey);
  const same = [...api.routes.values()].find((other) => other.RouteKey === RouteKey);
  if (same && same.RouteId !== RouteId) {
    throw new AwsError('ConflictException', `Route with key ${RouteKey} already exists for this API`);
  }
  if (Target !== undefined) store.integration(api, Target.replace(/^integrations\//, ''));
  if (AuthorizationType === 'JWT' || AuthorizationType === 'CUSTOM') {
    const { AuthorizerType } = store.authorizer(api, AuthorizerId);
    if ((AuthorizerType === 'JWT') !== (AuthorizationType === 'JWT')) {
      throw new AwsError(
        'BadRequestException',
        `The authorizer ${AuthorizerId} is of type ${AuthorizerType}, the route of type ${AuthorizationType}`,
      );
    }
  }
}
