import type * as sdk from '@aws-sdk/client-lambda';
import { NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import type { EventSource, MappingHandling } from './event-source';
import type { EventSourceMapping } from './event-source-mapping';
import { KinesisReader } from './kinesis-reader';
import { Polling } from './polling';
import { QueueSource } from './queue-source';
import { StreamSource } from './stream-source';

/** Mappings in force: each is polled until it is changed, disabled or deleted. */
export class EventSourceMappings {
  readonly all: Map<string, EventSourceMapping>;
  private readonly sources: readonly EventSource[];
  private readonly polls = new Map<string, { readonly polling: Polling; readonly end: Promise<void> }>();
  private isStopped = false;

  constructor(
    private readonly cloud: Cloud,
    handling: MappingHandling,
  ) {
    this.all = cloud.table('lambda/event-source-mappings');
    this.sources = [
      new QueueSource(cloud, handling),
      new StreamSource(cloud, handling, new KinesisReader(cloud)),
    ];
  }

  /** Resumes those restored from a data folder. */
  start(): void {
    for (const mapping of this.all.values()) this.poll(mapping);
  }

  stop(): void {
    this.isStopped = true;
    for (const { polling } of this.polls.values()) polling.stop();
  }

  add(mapping: EventSourceMapping): void {
    this.all.set(mapping.uuid, mapping);
    this.sourceOf(mapping.sourceArn).begin?.(mapping);
    this.poll(mapping);
  }

  /** Goes on with the settings that a mapping has now. */
  restart(mapping: EventSourceMapping): void {
    this.polls.get(mapping.uuid)?.polling.stop();
    this.poll(mapping);
  }

  delete(mapping: EventSourceMapping): void {
    this.all.delete(mapping.uuid);
    this.polls.get(mapping.uuid)?.polling.stop();
    this.sourceOf(mapping.sourceArn).forget?.(mapping);
  }

  /** @throws NotImplementedError */
  sourceOf(sourceArn: string): EventSource {
    const service = sourceArn.split(':')[2];
    const source = this.sources.find((one) => one.service === service);
    if (source) return source;
    const known = this.sources.map((one) => one.service).join(', ');
    throw new NotImplementedError(`event sources other than those of ${known} (${sourceArn})`);
  }

  /** A mapping as AWS describes it. */
  describe(
    mapping: EventSourceMapping,
    functionArn: string,
    state = mapping.settings.enabled ? 'Enabled' : 'Disabled',
  ): sdk.EventSourceMappingConfiguration {
    const { uuid, settings } = mapping;
    return {
      UUID: uuid,
      EventSourceMappingArn: this.cloud.arn('lambda', `event-source-mapping:${uuid}`),
      BatchSize: settings.batchSize,
      MaximumBatchingWindowInSeconds: settings.windowSeconds,
      EventSourceArn: mapping.sourceArn,
      FunctionArn: functionArn,
      LastModified: mapping.modified,
      LastProcessingResult: mapping.lastResult,
      State: state,
      FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
      ...(settings.filters.length > 0 && {
        FilterCriteria: { Filters: settings.filters.map((Pattern) => ({ Pattern })) },
      }),
      ...this.sourceOf(mapping.sourceArn).describe(mapping),
    };
  }

  /** Polls a source once the polling before has ended. */
  private poll(mapping: EventSourceMapping): void {
    const { uuid } = mapping;
    const before = this.polls.get(uuid);
    if (this.isStopped || !mapping.settings.enabled) return;
    const polling = new Polling(this.cloud.clock);
    const run = async () => {
      await before?.end;
      await this.sourceOf(mapping.sourceArn).poll(mapping, polling);
    };
    const end = run().catch((error: Error) =>
      this.cloud.log(`lambda: event source mapping ${uuid}: ${error.stack}`),
    );
    this.polls.set(uuid, { polling, end });
  }
}
