import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { ApiStore } from './api-store';
import { isFunctionUri } from './function-uri';
import { given, listed } from './requests';

/**
 * "50 - 30000 milliseconds" of HTTP APIs:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export const LONGEST_TIMEOUT_MILLIS = 30_000;

/** Integrations of APIs: Lambda functions alone. */
export function integrationOperations(store: ApiStore): Operations<typeof sdk> {
  return {
    CreateIntegration: ({ ApiId, ...settings }) => {
      const api = store.api(ApiId);
      checkIntegration(settings);
      const IntegrationId = store.newChildId();
      const integration: sdk.Integration = {
        ConnectionType: 'INTERNET',
        IntegrationMethod: 'POST',
        TimeoutInMillis: LONGEST_TIMEOUT_MILLIS,
        ...settings,
        IntegrationId,
      };
      api.integrations.set(IntegrationId, integration);
      return integration;
    },

    GetIntegration: ({ ApiId, IntegrationId }) => store.integration(store.api(ApiId), IntegrationId),

    GetIntegrations: (input) => listed(store.api(input.ApiId).integrations.values(), input),

    UpdateIntegration: ({ ApiId, IntegrationId, ...settings }) => {
      const api = store.api(ApiId);
      const changed = { ...store.integration(api, IntegrationId), ...given(settings) };
      checkIntegration(changed);
      api.integrations.set(IntegrationId as string, changed);
      return changed;
    },

    DeleteIntegration: ({ ApiId, IntegrationId }) => {
      const api = store.api(ApiId);
      store.integration(api, IntegrationId);
      const target = `integrations/${IntegrationId}`;
      const route = [...api.routes.values()].find(({ Target }) => Target === target);
      if (route) {
        throw new AwsError(
          'ConflictException',
          `Cannot delete Integration that has associated routes: ${route.RouteId}`,
        );
      }
      api.integrations.delete(IntegrationId as string);
      return {};
    },
  };
}

function checkIntegration({ IntegrationUri, PayloadFormatVersion }: Partial<sdk.Integration>): void {
  if (!isFunctionUri(IntegrationUri)) {
    throw new NotImplementedError(`an integration with anything but a Lambda function (${IntegrationUri})`);
  }
  if (PayloadFormatVersion === undefined) {
    throw new AwsError('BadRequestException', 'PayloadFormatVersion is a required parameter for integration');
  }
}
