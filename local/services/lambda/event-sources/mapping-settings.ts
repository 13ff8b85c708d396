import type * as sdk from '@aws-sdk/client-lambda';
import { invalid } from '../errors';
import type { EventSource, SourceSetting } from './event-source';
import type { MappingSettings, StartingPosition } from './event-source-mapping';
import { filterPatterns } from './filter-criteria';

type MappingRequest = sdk.CreateEventSourceMappingRequest | sdk.UpdateEventSourceMappingRequest;

/** All settings that only some sources have. */
const SOURCE_SETTINGS: readonly SourceSetting[] = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'ScalingConfig',
  'StartingPosition',
  'StartingPositionTimestamp',
];

export function defaultSettings({ defaultBatchSize }: EventSource): MappingSettings {
  return {
    enabled: true,
    batchSize: defaultBatchSize,
    windowSeconds: 0,
    reportsItemFailures: false,
    filters: [],
    parallelizationFactor: 1,
    maximumRetries: -1,
    maximumAgeSeconds: -1,
    bisects: false,
  };
}

/** Settings with what a request changes of them. */
export function changedSettings(current: MappingSettings, input: MappingRequest): MappingSettings {
  const { FunctionResponseTypes, FilterCriteria, ScalingConfig, DestinationConfig } = input;
  return {
    enabled: input.Enabled ?? current.enabled,
    batchSize: input.BatchSize ?? current.batchSize,
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    reportsItemFailures:
      FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? current.reportsItemFailures,
    filters: FilterCriteria ? filterPatterns(FilterCriteria) : current.filters,
    // An empty configuration removes it: the service model.
    maximumConcurrency: ScalingConfig ? ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
    parallelizationFactor: input.ParallelizationFactor ?? current.parallelizationFactor,
    maximumRetries: input.MaximumRetryAttempts ?? current.maximumRetries,
    maximumAgeSeconds: input.MaximumRecordAgeInSeconds ?? current.maximumAgeSeconds,
    bisects: input.BisectBatchOnFunctionError ?? current.bisects,
    onFailure: DestinationConfig ? DestinationConfig.OnFailure?.Destination : current.onFailure,
  };
}

export function startingPosition({
  StartingPosition: type,
  StartingPositionTimestamp: timestamp,
}: sdk.CreateEventSourceMappingRequest): StartingPosition | undefined {
  return type && { type, timestamp: timestamp && new Date(timestamp) };
}

/** @throws AwsError InvalidParameterValueException, worded as LocalStack recorded it on AWS */
export function checkMembers(source: EventSource, input: MappingRequest): void {
  const given: Partial<Record<SourceSetting, unknown>> = { ...input };
  const wrong = SOURCE_SETTINGS.find((name) => !source.settings.includes(name) && given[name] !== undefined);
  if (wrong?.startsWith('StartingPosition')) {
    throw invalid(`StartingPosition is not valid for ${source.service.toUpperCase()} event sources.`);
  }
  if (wrong !== undefined || input.DestinationConfig?.OnSuccess !== undefined) {
    const name = wrong ?? 'DestinationConfig';
    throw invalid(`Unsupported ${name} parameter for given event source mapping type.`);
  }
}
