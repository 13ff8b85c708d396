import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { apiEndpoint } from './addresses';
import type { ApiStore } from './api-store';
import type { StoredApi } from './http-api';
import { given, listed } from './requests';

/** APIs themselves, and their tags. */
export function apiOperations(cloud: Cloud, store: ApiStore): Operations<typeof sdk> {
  const describe = (api: StoredApi): sdk.Api => ({
    ...api.settings,
    Name: api.settings.Name,
    ProtocolType: api.settings.ProtocolType,
    ApiId: api.id,
    ApiEndpoint: apiEndpoint(cloud.url, api.id),
    ApiKeySelectionExpression: '$request.header.x-api-key',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's placeholders
    RouteSelectionExpression: '${request.method} ${request.path}',
    CreatedDate: api.created,
    Tags: api.tags,
  });

  return {
    CreateApi: ({ Tags = {}, ...settings }) => {
      checkCors(settings.CorsConfiguration);
      const id = store.newApiId();
      store.apis.set(id, {
        id,
        settings: { ...settings, Name: settings.Name, ProtocolType: settings.ProtocolType },
        created: cloud.clock.date(),
        tags: { ...(Tags as Record<string, string>) },
        routes: new Map(),
        integrations: new Map(),
        authorizers: new Map(),
        stages: new Map(),
      });
      return describe(store.api(id));
    },

    GetApi: ({ ApiId }) => describe(store.api(ApiId)),

    GetApis: (input) => {
      const { Items, NextToken } = listed(store.apis.values(), input);
      return { Items: Items.map(describe), NextToken };
    },

    UpdateApi: ({ ApiId, ...settings }) => {
      checkCors(settings.CorsConfiguration);
      const api = store.api(ApiId);
      api.settings = { ...api.settings, ...given(settings) };
      return describe(api);
    },

    DeleteApi: ({ ApiId }) => {
      store.apis.delete(store.api(ApiId).id);
      return {};
    },

    DeleteCorsConfiguration: ({ ApiId }) => {
      const api = store.api(ApiId);
      const { CorsConfiguration: _cors, ...settings } = api.settings;
      api.settings = settings;
      return {};
    },

    TagResource: ({ ResourceArn, Tags }) => {
      const api = taggedApi(store, ResourceArn);
      api.tags = { ...api.tags, ...(Tags as Record<string, string>) };
      return {};
    },

    UntagResource: ({ ResourceArn, TagKeys = [] }) => {
      const api = taggedApi(store, ResourceArn);
      api.tags = Object.fromEntries(Object.entries(api.tags).filter(([name]) => !TagKeys.includes(name)));
      return {};
    },

    GetTags: ({ ResourceArn }) => ({ Tags: taggedApi(store, ResourceArn).tags }),
  };
}

/**
 * "You can't use `*` if you allow credentials":
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
function checkCors({ AllowOrigins, AllowCredentials }: sdk.Cors = {}): void {
  if (!AllowCredentials || !AllowOrigins?.includes('*')) return;
  throw new AwsError(
    'BadRequestException',
    'Cannot allow credentials when allowing all origins with a wildcard',
  );
}

/** `arn:aws:apigateway:<region>::/apis/<id>` */
function taggedApi(store: ApiStore, arn: string | undefined): StoredApi {
  return store.api(/::\/(?:v2\/)?apis\/(\w+)$/.exec(arn ?? '')?.[1] ?? arn);
}
