import type { MapRunStatus } from '@aws-sdk/client-sfn';

/** How many child executions, or items in them, are in which state. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

/** What may be changed while a Map Run goes on. */
export interface MapRunLimits {
  /** Child executions that run at once at most. */
  maxConcurrency: number;
  /** Items that may fail; undefined if only the percentage counts. */
  toleratedFailureCount?: number | undefined;
  /** Percent of the items that may fail; undefined if only the count counts. */
  toleratedFailurePercentage?: number | undefined;
}

/** One run of a distributed Map state: its limits and counts change while it goes on. */
export interface StoredMapRun extends MapRunLimits {
  readonly arn: string;
  readonly label: string;
  readonly executionArn: string;
  /** `arn:...:stateMachine:<machine>/<label>`, of which its child executions are. */
  readonly stateMachineArn: string;
  readonly started: Date;
  status: MapRunStatus;
  stopped?: Date;
  readonly executionCounts: MapRunCounts;
  readonly itemCounts: MapRunCounts;
}

export function noCounts(): MapRunCounts {
  return {
    pending: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 0,
    resultsWritten: 0,
  };
}
