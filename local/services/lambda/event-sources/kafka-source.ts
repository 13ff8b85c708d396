import type * as sdk from '@aws-sdk/client-lambda';
import { NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import { invalid } from '../errors';
import {
  type EventSource,
  LARGEST_EVENT,
  type MappingDraft,
  type MappingHandling,
  type SourceSetting,
} from './event-source';
import type { EventSourceMapping } from './event-source-mapping';
import { passes } from './filter-criteria';
import { checkPackage, joinGroup, type KafkaConsumer, type KafkaMessage } from './kafka-consumer';
import { describeTopic, type KafkaTopic } from './kafka-topic';
import { FIRST_PAUSE, longerPause, type Polling, RETRY_MILLISECONDS } from './polling';

/** The window of a mapping that has none of its own: the service model. */
const DEFAULT_WINDOW = 500;
/** What a record has in an event besides its key and value, about. */
const RECORD_OVERHEAD = 300;

/**
 * Topics of Apache Kafka that are not AWS's. One consumer of the group reads all partitions, hands over a
 * batch of them until the function takes it, and commits its offsets then.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
 */
export class KafkaSource implements EventSource {
  readonly service = 'kafka';
  readonly defaultBatchSize = 100;
  readonly settings: readonly SourceSetting[] = [
    'BisectBatchOnFunctionError',
    'DestinationConfig',
    'MaximumRecordAgeInSeconds',
    'MaximumRetryAttempts',
    'StartingPosition',
    'StartingPositionTimestamp',
  ];

  constructor(
    private readonly cloud: Cloud,
    private readonly handling: MappingHandling,
  ) {}

  async check({ settings, start }: MappingDraft): Promise<void> {
    if (!start) throw invalid('StartingPosition must be given for an Apache Kafka topic.');
    const isUnlimited = settings.maximumRetries === -1 && settings.maximumAgeSeconds === -1;
    const unimplemented = [
      start.type === 'AT_TIMESTAMP' && 'StartingPosition AT_TIMESTAMP',
      settings.reportsItemFailures && 'FunctionResponseTypes',
      settings.bisects && 'BisectBatchOnFunctionError',
      !isUnlimited && 'MaximumRetryAttempts and MaximumRecordAgeInSeconds',
      settings.onFailure !== undefined && 'DestinationConfig',
      settings.filters.some((filter) => Object.keys(JSON.parse(filter)).join() !== 'value') &&
        'FilterCriteria of anything but value',
    ].find((what) => what !== false);
    if (unimplemented) throw new NotImplementedError(`${unimplemented} of mappings of Apache Kafka topics`);
    await checkPackage().catch((error: Error) => {
      throw invalid(error.message);
    });
  }

  describe({ settings, start, kafka }: EventSourceMapping): Partial<sdk.EventSourceMappingConfiguration> {
    return {
      ...describeTopic(kafka as KafkaTopic),
      StateTransitionReason: 'USER_INITIATED',
      StartingPosition: start?.type,
      // "you cannot revert back to the 500 ms default": a mapping that has it shows no window.
      MaximumBatchingWindowInSeconds: settings.windowSeconds || undefined,
    };
  }

  async poll(mapping: EventSourceMapping, polling: Polling): Promise<void> {
    while (polling.isActive) {
      try {
        const from = mapping.start?.type === 'LATEST' ? 'latest' : 'earliest';
        const consumer = await joinGroup(mapping.kafka as KafkaTopic, from);
        await this.consume(mapping, polling, consumer).finally(() => consumer.close());
      } catch (error) {
        const { topic } = mapping.kafka as KafkaTopic;
        this.cloud.log(`lambda: could not read the topic ${topic}: ${(error as Error).message}`);
        await polling.pause(RETRY_MILLISECONDS);
      }
    }
  }

  private async consume(mapping: EventSourceMapping, polling: Polling, consumer: KafkaConsumer) {
    const { clock } = this.cloud;
    const { batchSize, windowSeconds } = mapping.settings;
    const ask = () => {
      const message = consumer.next();
      // It may fail while nobody awaits it: the next batch meets the error.
      message.catch(() => {});
      return message;
    };
    // A message that is asked for is awaited by the next batch, if not by this one.
    let next = ask();
    while (polling.isActive) {
      const batch: KafkaMessage[] = [];
      let [size, end]: [number, number | undefined] = [0, undefined];
      while (polling.isActive && batch.length < batchSize && (end === undefined || clock.now() < end)) {
        await polling.until(next, end);
        const message = await settled(next);
        if (message === 'pending') continue;
        if (!message) throw new Error('the connection to the brokers has ended');
        size += sizeOf(message);
        if (batch.length > 0 && size > LARGEST_EVENT) break;
        batch.push(message);
        end ??= clock.now() + (windowSeconds * 1_000 || DEFAULT_WINDOW);
        next = ask();
      }
      if (polling.isActive) await this.deliver(mapping, polling, batch);
    }
  }

  /** Hands a batch over until the function takes it, or the polling ends: then the group has it again. */
  private async deliver(mapping: EventSourceMapping, polling: Polling, batch: readonly KafkaMessage[]) {
    const kafka = mapping.kafka as KafkaTopic;
    const { filters } = mapping.settings;
    const passing = batch.filter((message) =>
      passes(filters, { value: Buffer.from(message.value ?? []).toString() }, 'value'),
    );
    const event = kafkaEvent(kafka, passing);
    for (let pause = FIRST_PAUSE; passing.length > 0; pause = longerPause(pause)) {
      if (!polling.isActive) return;
      const hasTaken = await this.cloud.clock.track(this.invoke(mapping, event));
      if (hasTaken) break;
      await polling.pause(pause);
    }
    const last = new Map(batch.map((message) => [message.partition, message]));
    for (const message of last.values()) await message.commit();
  }

  private async invoke(mapping: EventSourceMapping, event: object): Promise<boolean> {
    try {
      const { hasFailed } = await this.handling.invoke(mapping, event);
      mapping.lastResult = hasFailed ? 'PROBLEM: Function call failed' : 'OK';
      return !hasFailed;
    } catch (error) {
      this.cloud.log(`lambda: could not call ${mapping.functionName}: ${(error as Error).message}`);
      return false;
    }
  }
}

/** An event as functions get it: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html */
export function kafkaEvent({ bootstrapServers }: KafkaTopic, messages: readonly KafkaMessage[]): object {
  const records: Record<string, object[]> = {};
  for (const message of messages) {
    const { topic, partition, key, value, headers } = message;
    const ofPartition = records[`${topic}-${partition}`] ?? [];
    records[`${topic}-${partition}`] = ofPartition;
    ofPartition.push({
      topic,
      partition,
      offset: Number(message.offset),
      timestamp: Number(message.timestamp),
      timestampType: 'CREATE_TIME',
      ...(key && { key: Buffer.from(key).toString('base64') }),
      ...(value && { value: Buffer.from(value).toString('base64') }),
      headers: [...headers].map(([name, content]) => ({ [Buffer.from(name).toString()]: [...content] })),
    });
  }
  return { eventSource: 'SelfManagedKafka', bootstrapServers: bootstrapServers.join(','), records };
}

/** What a promise has resolved to. */
function settled<Value>(promise: Promise<Value>): Promise<Value | 'pending'> {
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}

/** In base64 it is a third longer. */
function sizeOf({ key, value }: KafkaMessage): number {
  return (((key?.length ?? 0) + (value?.length ?? 0)) * 4) / 3 + RECORD_OVERHEAD;
}
