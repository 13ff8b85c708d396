import type { MonitorReport } from './monitor-report';

/** Takes reports: at least once, and the same report each time as the same. */
export interface MonitorSink {
  /**
   * @throws SinkUnavailableError if it cannot take reports now
   * @throws ReportRefusedError if it will never take this one
   */
  deliver(report: MonitorReport): Promise<void>;
}

/** A sink refuses a report for good, or a part of it. */
export class ReportRefusedError extends Error {
  override readonly name = 'ReportRefused';
}
