import type { Baseline } from '../data/baseline';
import type { Row } from '../data/cell';
import { type Certainty, certaintiesOf } from '../data/certainty';
import { ProfileCounter } from '../data/profile-counter';
import { featuresOfInputs } from '../data/tensor-summary';
import { areSame } from '../records/bytes';
import type { Span } from '../records/json-strings';
import { type CapturedRequest, isSmokeTest, readRecord, SMOKE_TEST_ID } from './capture';
import { type CaptureProfile, MOST_LETTERS, MOST_SAMPLES, type RejectedSample } from './capture-profile';
import type { Payload } from './payload/payload';
import { RejectedRecord, type Rejection } from './payload/rejected-record';
import { rowsIn } from './payload/request-rows';
import { summarisedRows } from './payload/summarised-rows';
import { PlainAnswers } from './plain-answers';
import { CAPTURE, type PlainCapture, PlainRecords } from './plain-records';
import { RecentIds } from './recent-ids';

export interface CaptureCounterProps {
  /** Chooses the bins. */
  readonly baseline: Pick<Baseline, 'features' | 'prediction' | 'certainty' | 'inputs'>;
  /** Names of a row's cells, in their order, unless the model takes tensors. */
  readonly columns: readonly string[];
  /** Time from which the variant held the version that the baseline belongs to. */
  readonly since: Date;
  /** Requests that do not count again. @default - none */
  readonly counted?: RecentIds;
}

/** Where a record is. */
interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

type Answers = Pick<CapturedRequest, 'predictions' | 'probabilities'>;

/** Requests that are known when they are delivered again: at most 32 MB of memory. */
export function rememberedRequests(): RecentIds {
  return new RecentIds(500_000);
}

const SMOKE_TEST = Buffer.from(SMOKE_TEST_ID);

/**
 * Counts records of data capture in the bins of a baseline. Plain ones are counted where their bytes are, and
 * all others from what {@link readRecord} reads, to the same result. A request that is delivered twice counts
 * once, unless half a million others came in between.
 */
export class CaptureCounter {
  private readonly counter: ProfileCounter;
  private readonly since: number;
  private readonly needsAnswer: boolean;
  private readonly countsCertainty: boolean;
  private readonly counted: RecentIds;
  private readonly plain = new PlainRecords(CAPTURE);
  private readonly answers = new PlainAnswers();
  private readonly times = new Times();
  private records = 0;
  private readonly rowsOf: (request: Payload) => readonly Row[];
  /** Whether rows of CSV are those of the baseline. */
  private readonly hasPlainRows: boolean;
  private unreadable = 0;
  private readonly rejections: { [rejection in Rejection]?: number } = {};
  private readonly rejected: RejectedSample[] = [];

  constructor({ baseline, columns, since, counted = rememberedRequests() }: CaptureCounterProps) {
    const { inputs } = baseline;
    this.hasPlainRows = inputs === undefined;
    this.rowsOf = inputs
      ? (request) => summarisedRows(request, inputs)
      : (request) => rowsIn(request, columns);
    this.counter = new ProfileCounter(baseline, inputs ? featuresOfInputs(inputs) : columns);
    this.since = since.getTime();
    this.counted = counted;
    this.needsAnswer = baseline.prediction !== undefined;
    this.countsCertainty = baseline.certainty !== undefined;
  }

  /**
   * Counts the record from `start` up to `end`. One that cannot be read is counted as such.
   *
   * @param place of the record, for people
   */
  add(bytes: Buffer, start: number, end: number, place: () => string): void {
    const plain = this.hasPlainRows ? this.plain.match(bytes, start, end) : undefined;
    if (plain && this.addPlain({ bytes, start, end }, plain, place)) return;
    this.addOther(bytes.subarray(start, end), place);
  }

  profile(): CaptureProfile {
    const { records, unreadable, rejections, rejected } = this;
    return { profile: this.counter.profile(), records, unreadable, rejections, rejected };
  }

  /** @returns false if the record is not as plain as it seems, and nothing was counted */
  private addPlain({ bytes, start, end }: Line, record: PlainCapture, place: () => string): boolean {
    const { input: rows, output, eventId, inferenceId, inferenceTime } = record;
    if (rows.count === 0) return false;
    const answers = output && this.answers.read(bytes, output, rows.count);
    if (output && !answers) return false;
    const predictions = answers?.predictions;
    if (inferenceId && areSame(bytes, inferenceId.start, inferenceId.end, SMOKE_TEST)) return true;
    const isNew = this.counted.addBytes(bytes, eventId.start, eventId.end);
    const time = this.times.read(bytes, inferenceTime);
    const text = () => bytes.toString('utf8', start, end);
    if (!this.counts({ isNew, time, predictions, place, text })) return true;
    const certainties = answers && this.certaintiesOf(answers, rows.count);
    for (let row = 0; row < rows.count; row++) {
      this.counter.addLine(
        bytes,
        rows.starts[row] as number,
        rows.ends[row] as number,
        predictions?.[row],
        certainties?.[row],
      );
    }
    return true;
  }

  private certaintiesOf({ probabilities }: Answers, rows: number): readonly Certainty[] | undefined {
    if (!this.countsCertainty || !probabilities) return undefined;
    return certaintiesOf(probabilities, probabilities.length / rows);
  }

  private addOther(line: Buffer, place: () => string): void {
    const text = line.toString('utf8');
    if (text.trim() === '') return;
    let request: CapturedRequest;
    try {
      request = readRecord(text, this.rowsOf);
    } catch (error) {
      this.records++;
      this.reject(error as RejectedRecord, place, () => text);
      return;
    }
    this.plain.learn(line);
    if (isSmokeTest(request)) return;
    const { eventId, inferenceTime, rows, predictions } = request;
    const isNew = this.counted.add(eventId);
    const time = Date.parse(inferenceTime);
    if (!this.counts({ isNew, time, predictions, place, text: () => text })) return;
    const certainties = this.certaintiesOf(request, rows.length);
    for (const [row, cells] of rows.entries()) {
      this.counter.addRow(cells, predictions?.[row], certainties?.[row]);
    }
  }

  /** Whether rows are to be counted. */
  private counts({ isNew, time, predictions, place, text }: Counted): boolean {
    // The variant's previous version may have answered earlier in the same hour.
    if (!isNew || time < this.since) return false;
    this.records++;
    if (predictions || !this.needsAnswer) return true;
    this.reject(new RejectedRecord('noAnswer', 'a record has a request and no response'), place, text);
    return false;
  }

  private reject({ rejection, message }: RejectedRecord, place: () => string, text: () => string): void {
    this.unreadable++;
    this.rejections[rejection] = (this.rejections[rejection] ?? 0) + 1;
    if (this.rejected.length === MOST_SAMPLES) return;
    const record = text().slice(0, MOST_LETTERS);
    this.rejected.push({ place: place(), reason: rejection, problem: message, record });
  }
}

/** A record that was read, and what is said if it is rejected after all. */
interface Counted {
  /** Whether it comes for the first time. */
  readonly isNew: boolean;
  readonly time: number;
  readonly predictions: readonly number[] | undefined;
  readonly place: () => string;
  readonly text: () => string;
}

/** Reads times, of which many in a row are the same. */
class Times {
  private text = Buffer.alloc(0);
  private time = Number.NaN;

  read(bytes: Buffer, { start, end }: Span): number {
    if (!areSame(bytes, start, end, this.text)) {
      this.text = Buffer.from(bytes.subarray(start, end));
      this.time = Date.parse(this.text.toString('latin1'));
    }
    return this.time;
  }
}
