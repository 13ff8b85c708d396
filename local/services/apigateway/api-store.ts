import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { StoredApi, StoredStage } from './http-api';

const ID_LENGTH = 10;
const CHILD_ID_LENGTH = 7;

/** The HTTP APIs of the account. */
export class ApiStore {
  readonly apis: Map<string, StoredApi>;

  constructor(private readonly cloud: Cloud) {
    this.apis = cloud.table('apigateway/apis');
  }

  newApiId(): string {
    return this.cloud.id(ID_LENGTH, 'base36');
  }

  newChildId(): string {
    return this.cloud.id(CHILD_ID_LENGTH, 'base36');
  }

  /** @throws AwsError NotFoundException */
  api(id: string | undefined): StoredApi {
    return existing(this.apis.get(id ?? ''), 'API', id);
  }

  /** @throws AwsError NotFoundException */
  route(api: StoredApi, id: string | undefined): sdk.Route {
    return existing(api.routes.get(id ?? ''), 'Route', id);
  }

  /** @throws AwsError NotFoundException */
  integration(api: StoredApi, id: string | undefined): sdk.Integration {
    return existing(api.integrations.get(id ?? ''), 'Integration', id);
  }

  /** @throws AwsError NotFoundException */
  authorizer(api: StoredApi, id: string | undefined): sdk.Authorizer {
    return existing(api.authorizers.get(id ?? ''), 'Authorizer', id);
  }

  /** @throws AwsError NotFoundException */
  stage(api: StoredApi, name: string | undefined): StoredStage {
    return existing(api.stages.get(name ?? ''), 'Stage', name);
  }
}

function existing<Value>(found: Value | undefined, kind: string, id: string | undefined): Value {
  if (found !== undefined) return found;
  throw new AwsError('NotFoundException', `Invalid ${kind} identifier specified ${id}`);
}
