import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { customers } from './customers';

const CLIENTS = 3;

/** Requests to an endpoint, one customer each. */
export class Traffic {
  /** What went wrong with any request so far. */
  readonly failures: string[] = [];
  /** Answers by the variant that gave them. */
  readonly byVariant: Record<string, number> = {};
  private readonly rows = customers({ count: 500, seed: 77 });
  private next = 0;

  constructor(
    private readonly runtime: SageMakerRuntimeClient,
    private readonly endpointName: string,
  ) {}

  /** Sends requests and keeps count of the answers. */
  async send(requests: number): Promise<void> {
    let left = requests;
    const client = async () => {
      while (left-- > 0) await this.request();
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  /** The endpoint's predictions for rows. */
  async predict(rows: readonly (readonly number[])[]): Promise<{ variant: string; predictions: number[] }> {
    const { Body, InvokedProductionVariant } = await this.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: this.endpointName,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: rows.map((row) => row.join(',')).join('\n'),
      }),
    );
    const predictions = Buffer.from(Body ?? [])
      .toString()
      .trim()
      .split('\n')
      .map(Number);
    return { variant: InvokedProductionVariant as string, predictions };
  }

  private async request(): Promise<void> {
    const row = this.rows[this.next++ % this.rows.length] as number[];
    try {
      const { variant, predictions } = await this.predict([row]);
      if (predictions.length !== 1 || !predictions.every((value) => value >= 0 && value <= 1)) {
        throw new Error(`no probability: ${predictions.join(', ')}`);
      }
      this.byVariant[variant] = (this.byVariant[variant] ?? 0) + 1;
    } catch (error) {
      this.failures.push((error as Error).message);
    }
  }
}
