import { readFile } from 'node:fs/promises';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

/** What happened to the requests so far. */
export interface TrafficReport {
  readonly requests: number;
  readonly failed: number;
  readonly byVariant: Readonly<Record<string, number>>;
  /** Message of the first failure. */
  readonly firstFailure?: string;
}

const PARALLEL_REQUESTS = 4;

/** Sends real rows to an endpoint and counts the answers. */
export class Traffic {
  private readonly client = new SageMakerRuntimeClient({ maxAttempts: 1 });
  private readonly variants: Record<string, number> = {};
  private rows: string[] = [];
  private position = 0;
  private requests = 0;
  private failed = 0;
  private firstFailure: string | undefined;

  constructor(private readonly endpointName: string) {}

  /**
   * Takes the rows of a labeled CSV file, label first, without their labels and spread over the whole file.
   */
  async use(file: string): Promise<void> {
    const [, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    this.rows = spread(lines.map((line) => line.slice(line.indexOf(',') + 1)));
    this.position = 0;
  }

  /** Sends requests, each with `rowsEach` rows. */
  async send(requests: number, rowsEach = 1): Promise<void> {
    let left = requests;
    const worker = async () => {
      while (left-- > 0) await this.request(this.next(rowsEach));
    };
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, worker));
  }

  get report(): TrafficReport {
    return {
      requests: this.requests,
      failed: this.failed,
      byVariant: { ...this.variants },
      firstFailure: this.firstFailure,
    };
  }

  private async request(body: string): Promise<void> {
    this.requests++;
    try {
      const answer = await this.client.send(
        new InvokeEndpointCommand({
          EndpointName: this.endpointName,
          ContentType: 'text/csv',
          Accept: 'text/csv',
          Body: body,
        }),
      );
      const variant = answer.InvokedProductionVariant ?? 'unknown';
      this.variants[variant] = (this.variants[variant] ?? 0) + 1;
      const predictions = Buffer.from(answer.Body ?? [])
        .toString()
        .trim()
        .split('\n')
        .map(Number);
      if (predictions.length !== body.split('\n').length || !predictions.every(Number.isFinite)) {
        throw new Error(`expected a finite number a row, got ${predictions.join(', ')}`);
      }
    } catch (error) {
      this.failed++;
      this.firstFailure ??= (error as Error).message;
    }
  }

  private next(count: number): string {
    const rows = Array.from(
      { length: count },
      (_, index) => this.rows[(this.position + index) % this.rows.length],
    );
    this.position += count;
    return rows.join('\n');
  }
}

/**
 * Every part of the list early: a stride that has no factor in common with the length visits each element
 * once.
 */
function spread<T>(items: readonly T[]): T[] {
  let stride = Math.max(1, Math.floor(items.length * 0.618));
  while (commonDivisor(stride, items.length) !== 1) stride++;
  return items.map((_, index) => items[(index * stride) % items.length] as T);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
