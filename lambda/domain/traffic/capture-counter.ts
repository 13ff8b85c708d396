import { type Certainty, certaintiesOf } from '../data/certainty';
import type { DatasetProfile } from '../data/profile';
import { ProfileCounter } from '../data/profile-counter';
import { areSame } from '../records/bytes';
import type { Span } from '../records/json-strings';
import { answersOf } from './answers';
import { type CapturedRequest, hasScores, isSmokeTest, readRecord, SMOKE_TEST_ID } from './capture';
import { PlainLines } from './plain-lines';
import { type PlainRecord, PlainRecords } from './plain-records';
import { RecentIds } from './recent-ids';

export interface CaptureCounterProps {
  /** Chooses the bins. */
  readonly baseline: DatasetProfile;
  /** Names of a row's cells, in their order. */
  readonly columns: readonly string[];
  /** Time from which the variant held the version that the baseline belongs to. */
  readonly since: Date;
}

/** Recorded traffic, summarised. */
export interface CaptureProfile {
  readonly profile: DatasetProfile;
  /** All records of the version, each once. */
  readonly records: number;
  /** Records that could not be read, or have no answer. */
  readonly unreadable: number;
  /** What was wrong with the first of them, and where it is. */
  readonly firstProblem?: string;
}

type Answers = Pick<CapturedRequest, 'predictions' | 'probabilities'>;

/** Requests that are known when they are delivered again: at most 32 MB of memory. */
const REMEMBERED_REQUESTS = 500_000;
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
  private readonly counted = new RecentIds(REMEMBERED_REQUESTS);
  private readonly plain = new PlainRecords();
  private readonly rows = new PlainLines();
  private readonly answers = new PlainLines();
  private readonly numbers: number[] = [];
  private readonly times = new Times();
  private records = 0;
  private unreadable = 0;
  private firstProblem: string | undefined;

  constructor({ baseline, columns, since }: CaptureCounterProps) {
    this.counter = new ProfileCounter(baseline, columns);
    this.since = since.getTime();
    this.needsAnswer = baseline.prediction !== undefined;
    this.countsCertainty = baseline.certainty !== undefined;
  }

  /**
   * Counts the record from `start` up to `end`. One that cannot be read is counted as such.
   *
   * @param place of the record, for people
   */
  add(bytes: Buffer, start: number, end: number, place: () => string): void {
    const plain = this.plain.match(bytes, start, end);
    if (plain && this.addPlain(bytes, plain, place)) return;
    this.addOther(bytes.subarray(start, end), place);
  }

  profile(): CaptureProfile {
    const { records, unreadable, firstProblem } = this;
    return {
      profile: this.counter.profile(),
      records,
      unreadable,
      ...(firstProblem !== undefined && { firstProblem }),
    };
  }

  /** @returns false if the record is not as plain as it seems, and nothing was counted */
  private addPlain(bytes: Buffer, record: PlainRecord, place: () => string): boolean {
    const { input, output, eventId, inferenceId, inferenceTime } = record;
    const { rows } = this;
    rows.find(bytes, input);
    if (rows.count === 0) return false;
    const answers = output && this.plainAnswers(bytes, output, rows.count);
    if (output && !answers) return false;
    const predictions = answers?.predictions;
    if (inferenceId && areSame(bytes, inferenceId.start, inferenceId.end, SMOKE_TEST)) return true;
    const isNew = this.counted.addBytes(bytes, eventId.start, eventId.end);
    if (!this.counts(isNew, this.times.read(bytes, inferenceTime), predictions, place)) return true;
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

  /** Undefined if there is not one answer a row. */
  private plainAnswers(bytes: Buffer, output: Span, rows: number): Answers | undefined {
    const { answers, numbers } = this;
    answers.find(bytes, output);
    const count = answers.readNumbers(bytes, numbers);
    if (count === rows) return { predictions: numbers };
    if (count <= 0 || !hasScores(count, rows)) return undefined;
    const probabilities = numbers.slice(0, count);
    return { predictions: answersOf(probabilities, count / rows), probabilities };
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
      request = readRecord(text);
    } catch (error) {
      this.records++;
      this.fail(place, error instanceof Error ? error.message : String(error));
      return;
    }
    this.plain.learn(line);
    if (isSmokeTest(request)) return;
    const { eventId, inferenceTime, rows, predictions } = request;
    const isNew = this.counted.add(eventId);
    if (!this.counts(isNew, Date.parse(inferenceTime), predictions, place)) return;
    const certainties = this.certaintiesOf(request, rows.length);
    for (const [row, cells] of rows.entries()) {
      this.counter.addRow(cells, predictions?.[row], certainties?.[row]);
    }
  }

  /** Whether rows are to be counted. */
  private counts(
    isNew: boolean,
    time: number,
    predictions: readonly number[] | undefined,
    place: () => string,
  ): boolean {
    // The variant's previous version may have answered earlier in the same hour.
    if (!isNew || time < this.since) return false;
    this.records++;
    if (predictions || !this.needsAnswer) return true;
    this.fail(place, 'a record has a request and no response');
    return false;
  }

  private fail(place: () => string, problem: string): void {
    this.unreadable++;
    this.firstProblem ??= `${place()}: ${problem}`;
  }
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
