import type * as sdk from '@aws-sdk/client-lambda';
import type { FunctionVersion } from '../stored-function';
import type { EventSourceMapping } from './event-source-mapping';
import type { Polling } from './polling';

/** What a function can get in one event, in bytes. */
export const LARGEST_EVENT = 6_291_456;

/** Settings of requests that only some sources have, by the names of their members. */
export type SourceSetting =
  | 'BisectBatchOnFunctionError'
  | 'DestinationConfig'
  | 'MaximumRecordAgeInSeconds'
  | 'MaximumRetryAttempts'
  | 'ParallelizationFactor'
  | 'ScalingConfig'
  | 'StartingPosition'
  | 'StartingPositionTimestamp';

/** What of a mapping can be wrong. */
export type MappingDraft = Pick<
  EventSourceMapping,
  'sourceArn' | 'kafka' | 'functionName' | 'settings' | 'start'
>;

/** A kind of event source. */
export interface EventSource {
  /** The service in the ARNs of its sources, or `kafka`. */
  readonly service: string;
  readonly defaultBatchSize: number;
  readonly settings: readonly SourceSetting[];

  /**
   * Whether a mapping can be made, or changed so.
   *
   * @param version of the function that it calls
   * @throws AwsError InvalidParameterValueException, NotImplementedError
   */
  check(mapping: MappingDraft, version: FunctionVersion): void | Promise<void>;

  /** Called once when a mapping is made. */
  begin?(mapping: EventSourceMapping): void;

  /** Hands items to the function as long as the mapping is polled. Does not throw. */
  poll(mapping: EventSourceMapping, polling: Polling): Promise<void>;

  /** Called when a mapping is deleted. */
  forget?(mapping: EventSourceMapping): void;

  /** What only mappings of such sources are described with. */
  describe(mapping: EventSourceMapping): Partial<sdk.EventSourceMappingConfiguration>;
}

/** How a function took a batch. */
export interface BatchResult {
  readonly requestId: string;
  readonly hasFailed: boolean;
  readonly functionError?: string | undefined;
  readonly payload: unknown;
  readonly executedVersion: string;
}

/** What the service does for its event sources. */
export interface MappingHandling {
  /** The role that the function runs with; undefined once the function is gone. */
  role(mapping: EventSourceMapping): string | undefined;
  /** @throws AwsError if the function cannot be called now */
  invoke(mapping: EventSourceMapping, event: object): Promise<BatchResult>;
}
