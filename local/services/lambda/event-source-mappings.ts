import type * as sdk from '@aws-sdk/client-lambda';
import type { Message } from '@aws-sdk/client-sqs';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { SqsService } from '../sqs/sqs-service';

/** Until a queue is polled again that could not be. */
const RETRY_MILLISECONDS = 60_000;

/** A queue whose messages a function gets. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly queueArn: string;
  /** Name of the function, perhaps with a version or alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  batchSize: number;
  enabled: boolean;
  reportsItemFailures: boolean;
  modified: Date;
}

/** How a function took a batch: undefined if it failed, or could not be called. */
export type BatchAnswer = { readonly payload: unknown } | undefined;

export interface MappingHandling {
  /** The role that the function runs with; undefined once the function is gone. */
  role(mapping: EventSourceMapping): string | undefined;
  invoke(mapping: EventSourceMapping, event: object): Promise<BatchAnswer>;
}

/** Hands the messages of queues to functions, and deletes those that were taken. */
export class EventSourceMappings {
  readonly all: Map<string, EventSourceMapping>;
  private readonly polling = new Set<string>();
  private isStopped = false;

  constructor(
    private readonly cloud: Cloud,
    private readonly handling: MappingHandling,
  ) {
    this.all = cloud.table('lambda/event-source-mappings');
  }

  /** Resumes those restored from a data folder. */
  start(): void {
    for (const mapping of this.all.values()) this.poll(mapping);
  }

  stop(): void {
    this.isStopped = true;
  }

  add(mapping: EventSourceMapping): void {
    this.all.set(mapping.uuid, mapping);
    this.poll(mapping);
  }

  /** Polls its queue, unless that is done already. */
  poll({ uuid }: EventSourceMapping): void {
    if (this.polling.has(uuid)) return;
    this.polling.add(uuid);
    this.run(uuid)
      .catch((error: Error) => this.cloud.log(`lambda: event source mapping ${uuid}: ${error.message}`))
      .finally(() => this.polling.delete(uuid));
  }

  private async run(uuid: string): Promise<void> {
    for (let mapping = this.active(uuid); mapping; mapping = this.active(uuid)) {
      const { clock } = this.cloud;
      const batch = await clock.track(this.takeBatch(mapping));
      if (batch === 'none') await this.cloud.service<SqsService>('sqs').arrival(mapping.queueArn);
      if (batch === 'unreachable') await clock.sleep(RETRY_MILLISECONDS);
    }
  }

  private active(uuid: string): EventSourceMapping | undefined {
    const mapping = this.all.get(uuid);
    return this.isStopped || !mapping?.enabled ? undefined : mapping;
  }

  private async takeBatch(mapping: EventSourceMapping): Promise<'taken' | 'none' | 'unreachable'> {
    const role = this.handling.role(mapping);
    if (role === undefined) return 'unreachable';
    try {
      const messages = await this.receive(mapping, role);
      if (messages.length === 0) return 'none';
      const Records = messages.map((message) => recordOf(message, mapping, this.cloud.region));
      const failed = failedItems(await this.handling.invoke(mapping, { Records }), mapping);
      // Others are seen again when their visibility timeout ends.
      const taken = messages.filter(({ MessageId }) => failed !== 'all' && !failed.includes(MessageId));
      if (taken.length > 0) await this.remove(mapping, role, taken);
      return 'taken';
    } catch (error) {
      this.cloud.log(`lambda: could not poll ${mapping.queueArn}: ${(error as Error).message}`);
      return 'unreachable';
    }
  }

  private async receive(mapping: EventSourceMapping, role: string): Promise<Message[]> {
    const { Messages = [] } = await this.call<{ Messages?: Message[] }>(mapping, role, 'ReceiveMessage', {
      MaxNumberOfMessages: Math.min(10, mapping.batchSize),
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      WaitTimeSeconds: 0,
    });
    return Messages;
  }

  private async remove(mapping: EventSourceMapping, role: string, messages: Message[]): Promise<void> {
    await this.call(mapping, role, 'DeleteMessageBatch', {
      Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    });
  }

  private call<Output>(
    { queueArn, functionName }: EventSourceMapping,
    role: string,
    operation: string,
    input: object,
  ): Promise<Output> {
    const QueueUrl = `${this.cloud.url}/${this.cloud.account}/${queueArn.split(':').pop()}`;
    return this.cloud.call('sqs', operation, { QueueUrl, ...input }, rolePrincipal(role, functionName));
  }
}

/**
 * Ids of the messages that a function did not take.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function failedItems(answer: BatchAnswer, { reportsItemFailures }: EventSourceMapping) {
  if (!answer) return 'all';
  if (!reportsItemFailures) return [];
  const { batchItemFailures } = (answer.payload ?? {}) as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((item) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && id !== '') ? (ids as (string | undefined)[]) : 'all';
}

/** A message as functions get it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf(message: Message, { queueArn }: EventSourceMapping, awsRegion: string): object {
  const { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {}, MD5OfBody } = message;
  const messageAttributes = Object.entries(MessageAttributes).map(([name, attribute]) => {
    const { DataType, StringValue, BinaryValue } = attribute;
    return [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ];
  });
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(messageAttributes),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion,
  };
}

/** A mapping as AWS describes it. */
export function describeMapping(
  mapping: EventSourceMapping,
  functionArn: string,
  state = mapping.enabled ? 'Enabled' : 'Disabled',
): sdk.EventSourceMappingConfiguration {
  return {
    UUID: mapping.uuid,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: 0,
    EventSourceArn: mapping.queueArn,
    FunctionArn: functionArn,
    LastModified: mapping.modified,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: mapping.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
  };
}
