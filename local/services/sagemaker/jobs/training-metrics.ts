import type { MetricData, MetricDefinition } from '@aws-sdk/client-sagemaker';

/** The metrics that a training job prints, found by the regular expressions of `MetricDefinitions`. */
export class TrainingMetrics {
  private readonly definitions: readonly { readonly name: string; readonly pattern: RegExp }[];
  private readonly last = new Map<string, MetricData>();

  /** @throws SyntaxError for an invalid regular expression */
  constructor(definitions: readonly MetricDefinition[]) {
    this.definitions = definitions.map(({ Name, Regex }) => ({
      name: Name as string,
      pattern: new RegExp(Regex as string, 'g'),
    }));
  }

  /** @returns what the line says */
  read(line: string, time: Date): MetricData[] {
    const found = this.definitions.flatMap(({ name, pattern }) =>
      [...line.matchAll(pattern)]
        .map((match) => Number.parseFloat(match[1] ?? ''))
        .filter((value) => !Number.isNaN(value))
        .map((value) => ({ MetricName: name, Value: value, Timestamp: time })),
    );
    for (const metric of found) this.last.set(metric.MetricName, metric);
    return found;
  }

  /** The last value of each. */
  final(): MetricData[] {
    return [...this.last.values()];
  }
}
