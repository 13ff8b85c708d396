import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/** Why a model that is made to fail does not answer. */
export const NO_ANSWER = 'no answer';

/** Customers who invoke the endpoint, or the function. */
export class Customers {
  /** Requests that failed, though no model was asked that fails, and nobody had broken the endpoint. */
  readonly failures: string[] = [];

  constructor(private readonly pipeline: RehearsedPipeline) {}

  async ask(requests: number): Promise<void> {
    const { production } = await this.pipeline.routing();
    if (!production) return;
    const { serverlessFunction } = this.pipeline.resources;
    for (let request = 0; request < requests; request++) {
      if (serverlessFunction) await this.askFunction(serverlessFunction, request);
      else await this.askEndpoint(request);
    }
  }

  private async askEndpoint(request: number): Promise<void> {
    const Body = Buffer.from(`1,${request}`);
    const asked = { EndpointName: PIPELINE, ContentType: 'text/csv', Accept: 'text/csv', Body };
    await this.pipeline
      .call('sagemaker-runtime', 'InvokeEndpoint', asked)
      .catch(({ name, message }: Error) => {
        if (name !== 'ModelError' && !this.pipeline.isDamaged) this.failures.push(`${name}: ${message}`);
      });
  }

  private async askFunction(FunctionName: string, request: number): Promise<void> {
    const { errorMessage = '' } = await this.pipeline.invoke(FunctionName, { rows: [[1, request]] });
    if (errorMessage !== '' && errorMessage !== NO_ANSWER) this.failures.push(errorMessage);
  }
}
