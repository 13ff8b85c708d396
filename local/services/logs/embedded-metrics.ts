/** One value that a log event carries in the embedded metric format. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string; readonly Unit?: string }[];
}

/**
 * The metrics in a log event; none if it is not in the embedded metric format.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(message: string): EmbeddedMetric[] {
  if (!message.includes('"_aws"')) return [];
  const root = parse(message);
  const metadata = root?._aws as { Timestamp?: number; CloudWatchMetrics?: Directive[] } | undefined;
  const { Timestamp, CloudWatchMetrics } = metadata ?? {};
  if (!root || typeof Timestamp !== 'number' || !Array.isArray(CloudWatchMetrics)) return [];
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions = [[]], Metrics = [] }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, Unit = 'None' }) =>
        [root[Name]].flat().map((value) => ({
          namespace: Namespace,
          name: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(root[name])])),
          value: value as number,
          unit: Unit,
          timestamp: Timestamp,
        })),
      ),
    ),
  ).filter(({ value }) => typeof value === 'number');
}

/** Time, request and level, which Lambda puts before what a Node.js function logs as text. */
const LAMBDA_PREFIX = /^\S+Z\t\S*\t[A-Z]+\t/;

function parse(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message.replace(LAMBDA_PREFIX, ''));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
