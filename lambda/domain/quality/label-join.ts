import type { Problem } from '../../../contracts/problem';
import { isLabel, noLabelInWords } from '../metrics/problem';
import { IdSample } from '../statistics/id-sample';
import type { Label } from '../traffic/ground-truth';
import type { LabelledRows } from './labelled-rows';

/** What a model answered to a request. */
export interface Answer {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** One for each row, of several classes the most likely one. */
  readonly predictions: readonly number[];
  /** Of several classes, if they are known: those of each row, one row after the other. */
  readonly probabilities?: readonly number[];
  /** Values of columns, for each row, if there are columns to slice by. */
  readonly values?: readonly (readonly string[])[];
}

/** Which label of a request counts if there are several. */
export type LabelChoice = 'first' | 'last';

/** Ids of labels without a request that are told apart; of more a sample is. */
const MOST_UNKNOWN = 100_000;

/**
 * Finds the answers that labels belong to. Each request counts once, whatever comes twice; the first label
 * counts, or the last one, in the order in which they are added. One that cannot be used replaces none.
 */
export class LabelJoin {
  private readonly labelled = new Map<string, Labelled>();
  private readonly unknown = new IdSample<true>(MOST_UNKNOWN);
  private readonly changed = new Set<string>();
  private unreadable = 0;
  private unusable = 0;
  private firstProblem: string | undefined;

  constructor(
    /** By the id of the request. */
    private readonly answers: IdSample<Answer>,
    private readonly problem: Problem,
    private readonly choice: LabelChoice,
    /** Requests that another version answered: their labels are not those of unknown ones. */
    private readonly others?: Pick<IdSample<Answer>, 'get'>,
  ) {}

  /** @param arrived when it was known, in milliseconds since 1970; undefined if nothing says so */
  add(label: Label, arrived?: number): void {
    const { id } = label;
    if (!this.answers.holds(id)) return;
    const answer = this.answers.get(id);
    if (!answer) {
      if (!this.others?.get(id)) this.unknown.add(id, true);
      return;
    }
    const misfit = this.misfitOf(label, answer);
    if (misfit !== undefined) {
      this.unusable++;
      this.firstProblem ??= `request ${id} has ${misfit}`;
      return;
    }
    const known = this.labelled.get(id);
    if (known && !isSame(known.label, label)) this.changed.add(id);
    if (known && this.choice === 'first') return;
    this.labelled.set(id, { label, arrived: known ? known.arrived : arrived });
  }

  /** Lines of labels that could not be read. */
  addUnreadable(count: number, firstProblem: string): void {
    this.unreadable += count;
    this.firstProblem ??= firstProblem;
  }

  /** What was found so far. */
  result(): JoinedLabels {
    const { answers, labelled, unknown, changed } = this;
    const share = 2 ** -answers.timesHalved;
    const unanswered = unknown.size * 2 ** unknown.timesHalved;
    const [example] = unknown.entries()[0] ?? [];
    const firstProblem =
      this.firstProblem ?? (labelled.size === 0 && example ? noRequest(unanswered, example) : undefined);
    const usable = labelled.size;
    // Lines without an id are of the whole, all others of the sample.
    const unusableInSample = this.unusable + this.unreadable * share;
    return {
      rows: this.rows(),
      requests: answers.size,
      share,
      labelled: usable,
      changed: changed.size,
      delays: [...labelled].flatMap(([id, { arrived }]) => {
        return arrived === undefined ? [] : [arrived - (answers.get(id) as Answer).time];
      }),
      unusable: this.unusable + this.unreadable,
      unusableShare: usable + unusableInSample === 0 ? 0 : unusableInSample / (usable + unusableInSample),
      unanswered,
      ...(firstProblem !== undefined && { firstProblem }),
    };
  }

  private misfitOf({ values }: Label, { predictions }: Answer): string | undefined {
    if (values.length !== predictions.length) {
      return `${predictions.length} rows and ${values.length} labels`;
    }
    const other = values.find((value) => !isLabel(this.problem, value));
    return other === undefined ? undefined : `the label ${other}, which is ${noLabelInWords(this.problem)}`;
  }

  /** In the order in which the requests were answered. */
  private rows(): LabelledRows {
    const { answers, labelled } = this;
    const found = [...labelled]
      .map(([id, { label }]) => ({ id, label, answer: answers.get(id) as Answer }))
      .sort((a, b) => a.answer.time - b.answer.time || (a.id < b.id ? -1 : 1));
    const rowsOf = (valuesOf: (one: (typeof found)[number], index: number) => readonly number[]) =>
      found.flatMap(valuesOf);
    const rows = rowsOf(({ label }) => label.values);
    const each = (value: (one: (typeof found)[number], index: number) => number) =>
      rowsOf((one, index) => Array<number>(one.label.values.length).fill(value(one, index)));
    const firstHour = Math.floor((found[0]?.answer.time ?? 0) / HOUR);
    const hasWeights = found.some(({ label }) => label.weight !== undefined);
    const haveProbabilities =
      found.length > 0 && found.every(({ answer }) => answer.probabilities !== undefined);
    const haveValues = found.length > 0 && found.every(({ answer }) => answer.values !== undefined);
    return {
      labels: Float64Array.from(rows),
      predictions: Float64Array.from(rowsOf(({ answer }) => answer.predictions)),
      requests: Uint32Array.from(each((_, index) => index)),
      hours: Uint32Array.from(each(({ answer }) => Math.floor(answer.time / HOUR) - firstHour)),
      times: Float64Array.from(each(({ answer }) => answer.time)),
      ...(hasWeights && { weights: Float64Array.from(each(({ label }) => label.weight ?? 1)) }),
      ...(haveProbabilities && {
        probabilities: Float64Array.from(rowsOf(({ answer }) => answer.probabilities ?? [])),
      }),
      ...(haveValues && { values: found.flatMap(({ answer }) => answer.values ?? []) }),
    };
  }
}

/** What labels and answers of a window have in common. */
export interface JoinedLabels {
  readonly rows: LabelledRows;
  /** Recorded requests that were considered: all, or a sample by their ids. */
  readonly requests: number;
  /** Share of the requests, and of their labels, that the sample holds. */
  readonly share: number;
  /** Those with a usable label. */
  readonly labelled: number;
  /** Those whose labels contradict each other. */
  readonly changed: number;
  /** How long after its answer the first label of each request was known, in milliseconds. */
  readonly delays: readonly number[];
  /** Labels that cannot be read, are no label, or have another number of values than their request rows. */
  readonly unusable: number;
  /** Among all labels that have a request. */
  readonly unusableShare: number;
  /** Ids of labels that are of no request. */
  readonly unanswered: number;
  /** What is wrong with the first label that cannot be used. */
  readonly firstProblem?: string;
}

interface Labelled {
  readonly label: Label;
  /** When the request first had a label. */
  readonly arrived: number | undefined;
}

const HOUR = 3_600_000;

function isSame(one: Label, other: Label): boolean {
  return one.values.every((value, row) => value === other.values[row]) && one.weight === other.weight;
}

function noRequest(unanswered: number, id: string): string {
  return `no request is recorded for any of ${unanswered} labels, such as '${id}': the id is the InferenceId that was sent with the request or, without one, its event id`;
}
