import type { LambdaClient } from '@aws-sdk/client-lambda';

/** A request waits for its copy to be taken, but no longer. */
const PATIENCE_MILLIS = 1000;

/** The function that answers copies of requests. */
export class ShadowFunction {
  private readonly sdk: typeof import('@aws-sdk/client-lambda');
  private readonly client: LambdaClient;

  constructor(private readonly functionName: string) {
    // Loaded here, for most functions have no shadow, and would start later for it.
    this.sdk = require('@aws-sdk/client-lambda');
    // One attempt: the request that is copied would wait for the others.
    this.client = new this.sdk.LambdaClient({ maxAttempts: 1 });
  }

  /** Gives it an event, without waiting for the answer. @throws Error if it was not taken within a second */
  async send(event: string): Promise<void> {
    const { functionName: FunctionName, sdk, client } = this;
    await client.send(new sdk.InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: event }), {
      abortSignal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
  }
}
