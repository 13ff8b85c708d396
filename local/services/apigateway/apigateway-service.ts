import * as sdk from '@aws-sdk/client-apigatewayv2';
import type { HttpRoute } from '../../gateway/gateway';
import { SdkModel } from '../../gateway/sdk-model';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { apiOperations } from './api-operations';
import { ApiStore } from './api-store';
import { authorizerOperations } from './authorizer-operations';
import { Authorizers } from './authorizers';
import { implementedInputs } from './inputs';
import { integrationOperations } from './integration-operations';
import { Invocations } from './invocations';
import { apiGatewayResources } from './resources';
import { routeOperations } from './route-operations';
import { stageOperations } from './stage-operations';

/** API Gateway: HTTP APIs in front of Lambda functions. */
export class ApiGatewayService implements Service {
  readonly name = 'apigateway';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = apiGatewayResources;
  readonly operations: Operations<typeof sdk>;
  readonly routes: readonly HttpRoute[];

  constructor(private readonly cloud: Cloud) {
    const store = new ApiStore(cloud);
    this.operations = {
      ...apiOperations(cloud, store),
      ...routeOperations(store),
      ...integrationOperations(store),
      ...stageOperations(cloud, store),
      ...authorizerOperations(store),
    };
    this.routes = [new Invocations(cloud, store, new Authorizers(cloud, store))];
  }

  /**
   * API Gateway's actions are HTTP methods, its resources paths.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
   */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const { method, path = '/' } = SdkModel.of(sdk).operations.get(operation)?.http ?? {};
    const filled = path
      .replace(/^\/v2/, '')
      .replace(/\{(\w+)\+?\}/g, (_whole, name: string) => String(input[name]));
    const resource = `arn:aws:apigateway:${this.cloud.region}::${filled}`;
    return [{ action: `apigateway:${method}`, resource }];
  }
}
