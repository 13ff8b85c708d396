import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../../contracts/scored-record';
import { tryParseJson } from '../../lambda/domain/records/json';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import type { PublishedStream } from './streams';

export interface Replayed {
  /** Dead letters that are in the source again. */
  readonly replayed: number;
  /** Those that are still in the queue of dead letters. */
  readonly kept: number;
}

/** Those that stay in the queue are hidden for as long: SQS would hand them out again and again otherwise. */
const HIDDEN_SECONDS = 120;

/**
 * Sends the data of dead letters to the source of their stream, a queue, and deletes them. A letter is
 * deleted after its data are in the source: what is interrupted comes twice rather than never. Of several
 * letters of one record, which was delivered again after it had been buried, one is replayed.
 *
 * @param reason of the letters; undefined for all
 * @throws CliError if the source is no queue, or one whose messages have groups
 */
export async function replayDeadLetters(
  aws: Aws,
  stream: PublishedStream,
  reason: string | undefined,
): Promise<Replayed> {
  const [, , service, , , name = ''] = stream.source.split(':');
  if (service !== 'sqs' || name.endsWith('.fifo')) {
    throw new CliError(
      `the source of ${stream.name}, ${stream.source}, is no standard queue: let its producer send the records again; the dead letters have their data`,
    );
  }
  const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const records = new Set<string>();
  let [replayed, kept] = [0, 0];
  for (;;) {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: stream.deadLetterQueue,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
      }),
    );
    if (Messages.length === 0) return { replayed, kept };
    for (const message of Messages) {
      const letter = letterIn(message, reason);
      if (!letter) {
        kept++;
        continue;
      }
      const { id, content } = letter;
      const isKnown = records.has(id);
      if (!isKnown) await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: content }));
      const { ReceiptHandle } = message;
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl: stream.deadLetterQueue, ReceiptHandle }));
      if (!isKnown) replayed++;
      records.add(id);
    }
  }
}

/** The id of a record and its data; undefined of a letter that has none, or another reason. */
function letterIn(
  { Body = '', MessageId = '' }: Message,
  reason: string | undefined,
): { readonly id: string; readonly content: string } | undefined {
  const letter = tryParseJson(Body) as Partial<DeadLetter> | undefined;
  if (reason !== undefined && letter?.reason !== reason) return undefined;
  if (letter?.data?.encoding !== 'utf8') return undefined;
  return { id: letter.id ?? MessageId, content: letter.data.content };
}
