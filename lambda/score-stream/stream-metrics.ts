import type { PoisonReason, ScoredRecord } from '../../contracts/scored-record';

export interface StreamMetricsProps {
  readonly pipelineName: string;
  readonly streamName: string;
  readonly namespace: string;
  /** Where log lines go. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** How the records of an event went. */
export interface StreamCounts {
  readonly scored: readonly Pick<ScoredRecord, 'modelVersion'>[];
  readonly poison: readonly PoisonReason[];
  /** Records that are to be delivered again. */
  readonly failed: number;
  /** When the oldest one came into its source; undefined without records. */
  readonly oldest: Date | undefined;
}

/**
 * Counts records of a stream, in the embedded metric format: `ScoredRecords`, `PoisonRecords`,
 * `FailedRecords` and `RecordAge` in milliseconds, with the dimensions `Pipeline` and `Stream`; scored ones
 * also by `ModelVersion`, and poison by `Reason`.
 */
export class StreamMetrics {
  constructor(private readonly props: StreamMetricsProps) {}

  count({ scored, poison, failed, oldest }: StreamCounts): void {
    const age = oldest && Math.max(0, this.props.now().getTime() - oldest.getTime());
    this.write(
      {},
      {
        ScoredRecords: scored.length,
        PoisonRecords: poison.length,
        FailedRecords: failed,
        ...(age !== undefined && { RecordAge: age }),
      },
    );
    for (const [ModelVersion, ScoredRecords] of tally(scored.map(({ modelVersion }) => modelVersion)))
      this.write({ ModelVersion }, { ScoredRecords });
    for (const [Reason, PoisonRecords] of tally(poison)) this.write({ Reason }, { PoisonRecords });
  }

  private write(dimension: Readonly<Record<string, string>>, values: Readonly<Record<string, number>>): void {
    const { pipelineName, streamName, namespace, write, now } = this.props;
    const dimensions = { Pipeline: pipelineName, Stream: streamName, ...dimension };
    const directive = {
      Namespace: namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: Object.keys(values).map((Name) => ({
        Name,
        Unit: Name === 'RecordAge' ? 'Milliseconds' : 'Count',
      })),
    };
    write(
      JSON.stringify({
        _aws: { Timestamp: now().getTime(), CloudWatchMetrics: [directive] },
        ...dimensions,
        ...values,
      }),
    );
  }
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
