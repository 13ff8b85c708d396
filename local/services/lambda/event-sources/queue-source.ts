import type * as sdk from '@aws-sdk/client-lambda';
import type { Message } from '@aws-sdk/client-sqs';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { SqsService } from '../../sqs/sqs-service';
import { invalid } from '../errors';
import { roleMay } from '../role-permissions';
import type { FunctionVersion } from '../stored-function';
import type { EventSource, MappingDraft, MappingHandling, SourceSetting } from './event-source';
import type { EventSourceMapping } from './event-source-mapping';
import { passes } from './filter-criteria';
import { failedItems } from './item-failures';
import { type Polling, RETRY_MILLISECONDS } from './polling';

/** What Lambda does with the messages of a queue in the name of the function's role. */
const ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
/** Of ReceiveMessage and DeleteMessageBatch. */
const MOST_MESSAGES_A_CALL = 10;
/**
 * How many batches of an active queue Lambda processes at a time to begin with, which are never more here.
 */
const BATCHES_AT_ONCE = 5;

/**
 * Queues: hands their messages to functions, and deletes those that were taken.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class QueueSource implements EventSource {
  readonly service = 'sqs';
  readonly defaultBatchSize = 10;
  readonly settings: readonly SourceSetting[] = ['ScalingConfig'];

  constructor(
    private readonly cloud: Cloud,
    private readonly handling: MappingHandling,
  ) {}

  check({ sourceArn, settings }: MappingDraft, { role, timeoutSeconds }: FunctionVersion): void {
    if (settings.batchSize > MOST_MESSAGES_A_CALL && settings.windowSeconds === 0) {
      // Worded as LocalStack has it.
      throw invalid(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      );
    }
    const denied = ACTIONS.find((action) => !roleMay(this.cloud, role, `sqs:${action}`, sourceArn));
    if (denied) {
      throw invalid(`The provided execution role does not have permissions to call ${denied} on SQS`);
    }
    const visibility = this.sqs.visibilityTimeout(sourceArn);
    if (visibility === undefined) {
      throw invalid(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist for this wsdl version.',
      );
    }
    if (visibility < timeoutSeconds) {
      throw invalid(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
    }
  }

  async poll(mapping: EventSourceMapping, polling: Polling): Promise<void> {
    const { maximumConcurrency = BATCHES_AT_ONCE } = mapping.settings;
    // One poller waits for messages at a time; while it processes a batch, the next one waits.
    let turn: Promise<unknown> = Promise.resolve();
    const inTurn: InTurn = (work) => {
      const mine = turn.then(work);
      turn = mine.catch(() => {});
      return mine;
    };
    const pollers = Array.from({ length: Math.min(maximumConcurrency, BATCHES_AT_ONCE) }, async () => {
      while (polling.isActive) {
        try {
          await this.handOver(mapping, polling, inTurn);
        } catch (error) {
          this.cloud.log(`lambda: could not poll ${mapping.sourceArn}: ${(error as Error).message}`);
          await polling.pause(RETRY_MILLISECONDS);
        }
      }
    });
    await Promise.all(pollers);
  }

  describe({ settings }: EventSourceMapping): Partial<sdk.EventSourceMappingConfiguration> {
    return {
      StateTransitionReason: 'USER_INITIATED',
      ...(settings.maximumConcurrency !== undefined && {
        ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
      }),
    };
  }

  /** One batch; waits for messages if the queue is empty. */
  private async handOver(mapping: EventSourceMapping, polling: Polling, inTurn: InTurn): Promise<void> {
    const { clock } = this.cloud;
    const role = this.handling.role(mapping);
    if (role === undefined) throw new Error(`the function ${mapping.functionName} does not exist`);
    const { batchSize, windowSeconds } = mapping.settings;
    const messages = await inTurn(async () => {
      if (!polling.isActive) return [];
      const received = await clock.track(this.receive(mapping, role, batchSize));
      if (received.length === 0) await polling.until(this.sqs.arrival(mapping.sourceArn));
      return received;
    });
    if (messages.length === 0) return;
    const end = clock.now() + windowSeconds * 1_000;
    while (messages.length < batchSize && clock.now() < end && polling.isActive) {
      const more = await clock.track(this.receive(mapping, role, batchSize - messages.length));
      messages.push(...more);
      if (more.length === 0) await polling.until(this.sqs.arrival(mapping.sourceArn), end);
    }
    await clock.track(this.invoke(mapping, role, messages));
  }

  private async invoke(mapping: EventSourceMapping, role: string, messages: Message[]): Promise<void> {
    const { filters, reportsItemFailures } = mapping.settings;
    const records = messages.map((message) => ({
      message,
      record: recordOf(message, mapping.sourceArn, this.cloud.region),
    }));
    const passing = records.filter(({ record }) => passes(filters, record, 'body'));
    let failed: readonly (string | undefined)[] = [];
    if (passing.length > 0) {
      const Records = passing.map(({ record }) => record);
      const failures = failedItems(await this.handling.invoke(mapping, { Records }), reportsItemFailures);
      failed = failures === 'all' ? passing.map(({ message }) => message.MessageId) : failures;
      mapping.lastResult = failures === 'all' ? 'PROBLEM: Function call failed' : 'OK';
    }
    // Others are seen again when their visibility timeout ends; those that no filter lets pass are deleted.
    const taken = messages.filter(({ MessageId }) => !failed.includes(MessageId));
    for (let i = 0; i < taken.length; i += MOST_MESSAGES_A_CALL)
      await this.remove(mapping, role, taken.slice(i, i + MOST_MESSAGES_A_CALL));
  }

  private async receive(mapping: EventSourceMapping, role: string, count: number): Promise<Message[]> {
    const { Messages = [] } = await this.call<{ Messages?: Message[] }>(mapping, role, 'ReceiveMessage', {
      MaxNumberOfMessages: Math.min(MOST_MESSAGES_A_CALL, count),
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
    { sourceArn, functionName }: EventSourceMapping,
    role: string,
    operation: string,
    input: object,
  ): Promise<Output> {
    const QueueUrl = `${this.cloud.url}/${this.cloud.account}/${sourceArn.split(':').pop()}`;
    return this.cloud.call('sqs', operation, { QueueUrl, ...input }, rolePrincipal(role, functionName));
  }

  private get sqs(): SqsService {
    return this.cloud.service<SqsService>('sqs');
  }
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A message as functions get it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf(message: Message, queueArn: string, awsRegion: string): Record<string, unknown> {
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
