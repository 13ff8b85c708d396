import { SinkUnavailableError } from '../aws/sinks/sink-unavailable-error';
import type { ArtifactStore } from '../aws/store';
import { reportTableKey } from '../domain/records/bucket-layout';
import { hourBefore } from '../domain/records/hour';
import { jsonLines } from '../domain/records/json-lines';
import type { MonitorReport } from './monitor-report';
import type { MonitorSink } from './monitor-sink';

/** Writes the rows of a report as an object of a table, by day: the same report is the same object. */
export class TableSink implements MonitorSink {
  constructor(
    private readonly store: Pick<ArtifactStore, 'uriOf' | 'write'>,
    private readonly prefix: string,
  ) {}

  async deliver({ kind, pipeline, variant, until, rows }: MonitorReport): Promise<void> {
    const { path } = hourBefore(new Date(until));
    const key = `${this.prefix}${reportTableKey(kind, `${pipeline}-${variant}`, path)}`;
    await this.store.write(key, jsonLines(rows)).catch((cause: Error) => {
      throw new SinkUnavailableError(`${this.store.uriOf(key)} could not be written: ${cause.message}`, {
        cause,
      });
    });
  }
}
