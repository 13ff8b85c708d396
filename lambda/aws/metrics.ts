import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** Publishes a pipeline's own metrics, with the dimension `Pipeline`, and those of a part of it. */
export class MetricPublisher {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly namespace: string,
    private readonly pipelineName: string,
    /** Further dimensions by their names. */
    private readonly dimensions: Readonly<Record<string, string>> = {},
  ) {}

  /** @param time to which the values belong */
  async publish(values: Readonly<Record<string, number>>, time: Date): Promise<void> {
    await this.client.send(
      new PutMetricDataCommand({
        Namespace: this.namespace,
        MetricData: Object.entries(values).map(([MetricName, Value]) => ({
          MetricName,
          Value,
          Timestamp: time,
          Dimensions: Object.entries({ Pipeline: this.pipelineName, ...this.dimensions }).map(
            ([Name, Value]) => ({ Name, Value }),
          ),
        })),
      }),
    );
  }
}
