import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { type Principal, rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import { invalid } from '../errors';
import { checkDestination } from '../failure-destination';
import { recordMetric } from '../function-metrics';
import type { FunctionVersion } from '../stored-function';
import { deliverBatch } from './batch-delivery';
import { sendDiscardedBatch } from './discarded-batch';
import {
  type EventSource,
  LARGEST_EVENT,
  type MappingDraft,
  type MappingHandling,
  type SourceSetting,
} from './event-source';
import type { EventSourceMapping, MappingSettings, StartingPosition } from './event-source-mapping';
import { passes } from './filter-criteria';
import { type Polling, RETRY_MILLISECONDS } from './polling';
import { type LaneProgress, type ShardPosition, ShardProgress } from './shard-progress';
import type { StreamReader, StreamRecord, StreamShard } from './stream-reader';

const SHORTEST_AGE_SECONDS = 60;

/** One of the lanes of a shard. */
interface Lane {
  readonly mapping: EventSourceMapping;
  readonly polling: Polling;
  readonly shardId: string;
  readonly index: number;
}

interface Batch {
  readonly records: readonly StreamRecord[];
  /** Where the lane goes on after it. */
  readonly next: ShardPosition;
  /** Whether the shard ends with it. */
  readonly isEnd: boolean;
}

/**
 * Streams with shards. The records of a shard are handed over in their order, those of a key by the same
 * lane; a shard is read when its parents have been read to their ends. AWS reads each shard once a second;
 * here it is read when records arrive.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
 */
export class StreamSource implements EventSource {
  readonly service: string;
  readonly defaultBatchSize = 100;
  readonly settings: readonly SourceSetting[] = [
    'BisectBatchOnFunctionError',
    'DestinationConfig',
    'MaximumRecordAgeInSeconds',
    'MaximumRetryAttempts',
    'ParallelizationFactor',
    'StartingPosition',
    'StartingPositionTimestamp',
  ];
  private readonly progress: ShardProgress;

  constructor(
    private readonly cloud: Cloud,
    private readonly handling: MappingHandling,
    private readonly reader: StreamReader,
  ) {
    this.service = reader.service;
    this.progress = new ShardProgress(cloud.table(`lambda/shard-progress/${reader.service}`));
  }

  async check({ sourceArn, functionName, settings, start }: MappingDraft, { role }: FunctionVersion) {
    const { maximumAgeSeconds: age, onFailure, filters } = settings;
    if (age !== -1 && age < SHORTEST_AGE_SECONDS) {
      throw invalid(
        `MaximumRecordAgeInSeconds ${age} is not valid: it must be -1, or at least ${SHORTEST_AGE_SECONDS}.`,
      );
    }
    this.checkStart(sourceArn, start);
    this.reader.checkFilters(filters);
    if (onFailure !== undefined) checkDestination(this.cloud, role, onFailure);
    await this.reader.check(sourceArn, rolePrincipal(role, functionName));
  }

  begin({ uuid, sourceArn, start }: EventSourceMapping): void {
    if (!start || start.type === 'TRIM_HORIZON') return;
    for (const { shardId, tip } of this.reader.tips(sourceArn)) {
      // A shard that was closed before has nothing newer.
      const isFinished = start.type === 'LATEST' && tip === undefined;
      const position: ShardPosition =
        start.type === 'LATEST'
          ? { after: tip ?? '' }
          : { at: 'AT_TIMESTAMP', timestamp: start.timestamp as Date };
      this.progress.begin(uuid, shardId, { position, isFinished });
    }
  }

  forget({ uuid }: EventSourceMapping): void {
    this.progress.forget(uuid);
  }

  /** Starts the lanes of shards whose turn it is; other shards come only when one ends. */
  async poll(mapping: EventSourceMapping, polling: Polling): Promise<void> {
    const running = new Map<string, Promise<void>>();
    while (polling.isActive) {
      try {
        for (const { id: shardId } of await this.cloud.clock.track(this.readyShards(mapping))) {
          const lanes = this.progress.lanes(mapping.uuid, shardId, mapping.settings.parallelizationFactor);
          for (const [index, { isFinished }] of lanes.entries()) {
            const name = `${shardId}/${index}`;
            if (isFinished || running.has(name)) continue;
            const lane = this.runLane({ mapping, polling, shardId, index });
            running.set(
              name,
              lane.finally(() => running.delete(name)),
            );
          }
        }
        await polling.until(Promise.race(running.values()));
      } catch (error) {
        await this.waitAfter(error as Error, mapping, polling);
      }
    }
    await Promise.all(running.values());
  }

  describe({ settings, start }: EventSourceMapping): Partial<sdk.EventSourceMappingConfiguration> {
    return {
      StateTransitionReason: 'User action',
      StartingPosition: start?.type,
      StartingPositionTimestamp: start?.timestamp,
      ParallelizationFactor: settings.parallelizationFactor,
      MaximumRetryAttempts: settings.maximumRetries,
      MaximumRecordAgeInSeconds: settings.maximumAgeSeconds,
      BisectBatchOnFunctionError: settings.bisects,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: { Destination: settings.onFailure } },
    };
  }

  /** Shards whose parents have been read to their ends, or have expired. */
  private async readyShards(mapping: EventSourceMapping): Promise<StreamShard[]> {
    const { uuid, sourceArn } = mapping;
    const shards = await this.reader.shards(sourceArn, this.principal(mapping));
    const ids = new Set(shards.map(({ id }) => id));
    this.progress.forget(uuid, (shardId) => !ids.has(shardId));
    const isDone = (id: string) => !ids.has(id) || this.progress.isFinished(uuid, id);
    return shards.filter(({ id, parents }) => !isDone(id) && parents.every(isDone));
  }

  private async runLane(lane: Lane): Promise<void> {
    const { mapping, polling, shardId, index } = lane;
    while (polling.isActive) {
      try {
        const batch = await this.gather(lane);
        const isDelivered = batch && (batch.records.length === 0 || (await this.deliver(lane, batch)));
        if (!isDelivered) continue;
        this.progress.save(mapping.uuid, shardId, index, { position: batch.next, isFinished: batch.isEnd });
        if (batch.isEnd) return;
      } catch (error) {
        // A shard that has expired, or whose stream is deleted.
        if ((error as Error).name === 'ResourceNotFoundException') return;
        await this.waitAfter(error as Error, mapping, polling);
      }
    }
  }

  /** Reads the next records of a lane; undefined if the polling ended. */
  private async gather(lane: Lane): Promise<Batch | undefined> {
    const { mapping, polling, shardId, index } = lane;
    const { sourceArn: streamArn, settings } = mapping;
    const { clock } = this.cloud;
    const records: StreamRecord[] = [];
    let next = this.positionOf(lane);
    let size = 0;
    let end: number | undefined;
    while (polling.isActive) {
      const change = this.reader.change(streamArn);
      const missing = (settings.batchSize - records.length) * settings.parallelizationFactor;
      const limit = Math.min(missing, this.reader.mostRecordsRead);
      const principal = this.principal(mapping);
      const page = await clock.track(this.reader.read({ streamArn, shardId }, next, limit, principal));
      for (const record of page.records) {
        if (this.isFor(record, index, settings)) {
          if (records.length > 0 && size + record.size > LARGEST_EVENT)
            return { records, next, isEnd: false };
          records.push(record);
          size += record.size;
        }
        next = { after: record.sequence };
        const isLast = record === page.records.at(-1);
        if (records.length === settings.batchSize) return { records, next, isEnd: isLast && page.isEnd };
      }
      if (page.isEnd) return { records, next, isEnd: true };
      if (!page.isCaughtUp) continue;
      // What the lane has no use for is not read again.
      if (records.length === 0)
        this.progress.save(mapping.uuid, shardId, index, { position: next, isFinished: false });
      else end ??= clock.now() + settings.windowSeconds * 1_000;
      if (end !== undefined && clock.now() >= end) return { records, next, isEnd: false };
      await polling.until(change, end);
    }
    return undefined;
  }

  private isFor(record: StreamRecord, lane: number, settings: MappingSettings): boolean {
    const { filters, parallelizationFactor } = settings;
    return (
      laneOf(record.key, parallelizationFactor) === lane &&
      passes(filters, record.filtered, this.reader.payloadKey)
    );
  }

  /** @returns whether all of it was taken or given up */
  private deliver({ mapping, polling, shardId, index }: Lane, { records }: Batch): Promise<boolean> {
    const { uuid, sourceArn, settings } = mapping;
    const retention = this.reader.retention(sourceArn);
    return deliverBatch(records, settings, {
      clock: this.cloud.clock,
      polling,
      oldest:
        settings.maximumAgeSeconds < 0 ? retention : Math.min(retention, settings.maximumAgeSeconds * 1_000),
      invoke: async (some) => {
        const age = this.cloud.clock.now() - (some.at(-1) as StreamRecord).arrived;
        const result = await this.handling.invoke(mapping, { Records: some.map(({ event }) => event) });
        recordMetric(this.cloud, mapping, 'IteratorAge', age, 'Milliseconds');
        mapping.lastResult = result.hasFailed ? 'PROBLEM: Function call failed' : 'OK';
        return result;
      },
      done: (sequence) =>
        this.progress.save(uuid, shardId, index, { position: { after: sequence }, isFinished: false }),
      discard: (discarded) =>
        sendDiscardedBatch(this.cloud, this.reader.batchInfoName, {
          ...discarded,
          mapping,
          shardId,
          roleArn: this.roleOf(mapping),
        }),
      log: (message) => this.cloud.log(`lambda: ${mapping.functionName} and ${sourceArn}: ${message}`),
    });
  }

  private positionOf({ mapping, shardId, index }: Lane): ShardPosition {
    const lanes = this.progress.lanes(mapping.uuid, shardId, mapping.settings.parallelizationFactor);
    return (lanes[index] as LaneProgress).position;
  }

  /** Texts as LocalStack recorded and has them. */
  private checkStart(streamArn: string, start: StartingPosition | undefined): void {
    if (!start) {
      throw invalid(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
      );
    }
    const { type, timestamp } = start;
    if (!this.reader.positions.includes(type)) {
      throw invalid(`Unsupported starting position for arn type: ${streamArn}`);
    }
    if (type !== 'AT_TIMESTAMP' && timestamp !== undefined) {
      throw invalid('Timestamp only valid with StartingPosition AT_TIMESTAMP');
    }
    if (type === 'AT_TIMESTAMP' && timestamp === undefined) {
      throw invalid('StartingPositionTimestamp must be given with StartingPosition AT_TIMESTAMP');
    }
  }

  private roleOf(mapping: EventSourceMapping): string {
    const role = this.handling.role(mapping);
    if (role !== undefined) return role;
    throw new Error(`the function ${mapping.functionName} does not exist`);
  }

  private principal(mapping: EventSourceMapping): Principal {
    return rolePrincipal(this.roleOf(mapping), mapping.functionName);
  }

  private async waitAfter({ message }: Error, { sourceArn }: EventSourceMapping, polling: Polling) {
    this.cloud.log(`lambda: could not read ${sourceArn}: ${message}`);
    await polling.pause(RETRY_MILLISECONDS);
  }
}

/** Which of the lanes of a shard a key belongs to. */
function laneOf(key: string, count: number): number {
  return count === 1 ? 0 : createHash('md5').update(key).digest().readUInt32BE() % count;
}
