import { setTimeout as tick } from 'node:timers/promises';
import { customers } from './customers';

/** Asks the serverless function about one customer; throws if it fails. */
export type AskFunction = (
  inferenceId: string,
  row: readonly number[],
) => Promise<{ readonly variant: string; readonly modelVersion: string; readonly functionVersion: string }>;

/** Requests to the serverless function, while anybody wants them. */
export class FunctionTraffic {
  /** Requests that go with each minute of the endpoint's traffic. */
  perMinute = 0;
  /** Answers by the variant that gave them. */
  byVariant: Record<string, number> = {};
  /** Variants, each with the version of the function that has answered for it. */
  readonly answeredBy = new Set<string>();
  /** Versions that have answered. */
  readonly versions = new Set<string>();
  /** What went wrong with any request so far. */
  readonly failures: string[] = [];
  private readonly rows = customers({ count: 500, seed: 77 });
  private next = 0;

  constructor(private readonly ask: AskFunction) {}

  /** Sends the requests of one minute, one after the other. */
  async sendMinute(): Promise<void> {
    for (let request = 0; request < this.perMinute; request++) await this.send();
  }

  /** Sends ten requests a second until something is done. */
  async sendDuring(something: Promise<unknown>): Promise<void> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    something.then(end, end);
    while (!isDone) await Promise.all([this.send(), tick(100)]);
  }

  private async send(): Promise<void> {
    try {
      const row = this.rows[this.next % this.rows.length] as number[];
      const { variant, modelVersion, functionVersion } = await this.ask(`request-${this.next++}`, row);
      this.byVariant[variant] = (this.byVariant[variant] ?? 0) + 1;
      this.versions.add(modelVersion);
      this.answeredBy.add(`${variant} by ${functionVersion}`);
    } catch (error) {
      this.failures.push((error as Error).message);
    }
  }
}
