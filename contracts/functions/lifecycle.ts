import type { LiveAliasSettings } from '../hosting';

/** Settings of `pipeline-lifecycle`. */
export interface PipelineLifecycleSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  /** Absent if there are no retrainings. */
  readonly retrainingStateMachineArn?: string | undefined;
  readonly hasEndpoint: boolean;
  /** Absent if no function serves. */
  readonly liveAlias?: LiveAliasSettings | undefined;
}
