import type { LiveAliasSettings } from '../hosting';

/** Settings of `pipeline-lifecycle`. */
export interface PipelineLifecycleSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  /** Of the workflows that make versions. */
  readonly challengerStateMachineArns: readonly string[];
  readonly hasEndpoint: boolean;
  /** Absent if no function serves. */
  readonly liveAlias?: LiveAliasSettings | undefined;
}
