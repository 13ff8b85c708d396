/** Asks the serverless function about one customer; throws if it fails. */
export type AskFunction = (inferenceId: string) => Promise<{ readonly variant: string }>;

/** Requests to the serverless function, while anybody wants them. */
export class FunctionTraffic {
  /** Requests that go with each minute of the endpoint's traffic. */
  perMinute = 0;
  /** Answers by the variant that gave them. */
  byVariant: Record<string, number> = {};
  /** What went wrong with any request so far. */
  readonly failures: string[] = [];
  private next = 0;

  constructor(private readonly ask: AskFunction) {}

  /** Sends the requests of one minute, one after the other. */
  async sendMinute(): Promise<void> {
    for (let request = 0; request < this.perMinute; request++) {
      try {
        const { variant } = await this.ask(`request-${this.next++}`);
        this.byVariant[variant] = (this.byVariant[variant] ?? 0) + 1;
      } catch (error) {
        this.failures.push((error as Error).message);
      }
    }
  }
}
