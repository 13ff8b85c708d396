import type * as sdk from '@aws-sdk/client-apigatewayv2';

/** An HTTP API with everything that belongs to it, each by its id; stages by their name. */
export interface StoredApi {
  readonly id: string;
  settings: Omit<sdk.CreateApiRequest, 'Tags'>;
  readonly created: Date;
  tags: Record<string, string>;
  readonly routes: Map<string, sdk.Route>;
  readonly integrations: Map<string, sdk.Integration>;
  readonly authorizers: Map<string, sdk.Authorizer>;
  readonly stages: Map<string, StoredStage>;
}

export interface StoredStage extends sdk.Stage {
  readonly StageName: string;
  readonly CreatedDate: Date;
}
