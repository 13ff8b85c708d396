import type { LiveAliasSettings } from '../hosting';

/** Settings of `pipeline-lifecycle`. */
export interface PipelineLifecycleSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  /** Of the workflows that make versions. */
  readonly challengerStateMachineArns: readonly string[];
  readonly hasEndpoint: boolean;
  /**
   * Name of the alarm that starts the first instance of an asynchronous endpoint; absent for other endpoints.
   */
  readonly wakingAlarm?: string | undefined;
  /** Name of the function whose versions have instances before requests; absent if none have. */
  readonly provisionedFunction?: string | undefined;
  /** Absent if no function serves. */
  readonly liveAlias?: LiveAliasSettings | undefined;
}
