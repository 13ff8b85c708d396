import { areSame } from '../records/bytes';
import { plainText } from '../records/json-strings';
import { type CapturedRequest, isSmokeTest, parseRecord, SMOKE_TEST_ID } from './capture';
import { requestId } from './ground-truth';
import { PlainAnswers } from './plain-answers';
import { CAPTURE, PlainRecords } from './plain-records';

/** What a model answered to a recorded request. */
export interface RecordedAnswer extends Pick<CapturedRequest, 'rows' | 'probabilities'> {
  /** By which its labels name the request. */
  readonly id: string;
  /** ISO 8601. */
  readonly inferenceTime: string;
  readonly predictions: readonly number[];
}

const SMOKE_TEST = Buffer.from(SMOKE_TEST_ID);

/**
 * Reads answers of capture records: plain ones where their bytes are, and all others as {@link parseRecord}
 * does, to the same result.
 */
export class AnswerReader {
  private readonly plain = new PlainRecords(CAPTURE);
  private readonly answers = new PlainAnswers();

  /** @param isWanted the id of a request: of others, nothing is read */
  constructor(private readonly isWanted: (id: string) => boolean) {}

  /**
   * The answer that is recorded from `start` up to `end`. Undefined if it is not wanted, or no request of a
   * caller that was answered with numbers: the monitor of drift counts these, and says what is wrong with
   * them.
   */
  read(bytes: Buffer, start: number, end: number): RecordedAnswer | undefined {
    const record = this.plain.match(bytes, start, end);
    if (!record) return this.readOther(bytes.subarray(start, end));
    const { input, output, eventId, inferenceId, inferenceTime } = record;
    if (!output) return undefined;
    if (inferenceId && areSame(bytes, inferenceId.start, inferenceId.end, SMOKE_TEST)) return undefined;
    const id = plainText(bytes, inferenceId ?? eventId);
    if (!this.isWanted(id)) return undefined;
    const answers = input.count > 0 ? this.answers.read(bytes, output, input.count) : undefined;
    if (!answers?.predictions) return this.readOther(bytes.subarray(start, end));
    return {
      id,
      inferenceTime: plainText(bytes, inferenceTime),
      rows: input.texts(bytes),
      predictions: [...answers.predictions],
      ...(answers.probabilities && { probabilities: answers.probabilities }),
    };
  }

  private readOther(record: Buffer): RecordedAnswer | undefined {
    let request: CapturedRequest;
    try {
      request = parseRecord(record.toString('utf8'));
    } catch {
      return undefined;
    }
    this.plain.learn(record);
    const id = requestId(request);
    if (isSmokeTest(request) || !request.predictions?.length || !this.isWanted(id)) return undefined;
    const { inferenceTime, rows, predictions, probabilities } = request;
    return { id, inferenceTime, rows, predictions, ...(probabilities && { probabilities }) };
  }
}
