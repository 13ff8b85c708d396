import type { DeadLetter } from '../../contracts/scored-record';
import { logger } from '../aws/logger';
import { messageBody } from '../aws/message-body';
import { QUEUE_LIMITS, type QueueSender } from './outputs/queue-sender';
import type { PoisonRecord } from './score-records';
import type { StreamRecord } from './stream-record';

/** The queue of records that cannot be scored. */
export class DeadLetters {
  constructor(
    private readonly sender: Pick<QueueSender, 'send'>,
    private readonly names: Pick<DeadLetter, 'pipeline' | 'stream'>,
  ) {}

  /** @returns ids of records that the queue did not take; it never fails */
  async send(poison: readonly PoisonRecord[]): Promise<ReadonlySet<string>> {
    const { refused } = await this.sender.send(
      poison.map((each) => {
        const { record, error } = each;
        logger.warn(`record ${record.id} goes to the dead letters: ${error.message}`, {
          reason: error.reason,
        });
        return { id: record.id, content: this.letterOf(each) };
      }),
    );
    return refused;
  }

  private letterOf({ record, error, modelVersion }: PoisonRecord): string {
    const letter: DeadLetter = {
      id: record.id,
      ...this.names,
      reason: error.reason,
      message: error.message,
      place: record.place,
      time: record.time.toISOString(),
      modelVersion,
    };
    const whole = messageBody({ ...letter, data: dataOf(record) });
    return Buffer.byteLength(whole) <= QUEUE_LIMITS.bytes ? whole : messageBody(letter);
  }
}

function dataOf({ data }: StreamRecord): DeadLetter['data'] {
  if (data === undefined) return undefined;
  if (typeof data === 'string') return { encoding: 'utf8', content: data };
  const buffer = Buffer.from(data);
  const text = buffer.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(buffer);
  return isText
    ? { encoding: 'utf8', content: text }
    : { encoding: 'base64', content: buffer.toString('base64') };
}
