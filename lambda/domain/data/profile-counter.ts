import type { Row } from './cell';
import { endOfCell } from './cell-bytes';
import type { Certainty } from './certainty';
import { type FeatureCounter, featureCounter } from './feature-counter';
import { NumberCounter } from './number-counter';
import type { CertaintyProfile, DatasetProfile } from './profile';

/** Counts rows in the bins of a baseline. */
export class ProfileCounter {
  private readonly features: Readonly<Record<string, FeatureCounter>>;
  /** By the place of the cell in its row; undefined if the baseline has no such feature. */
  private readonly cells: readonly (FeatureCounter | undefined)[];
  private readonly prediction: NumberCounter | undefined;
  private readonly certainty: CertaintyCounter | undefined;
  private rows = 0;

  /**
   * @param columns names of the rows' cells, in their order
   * @throws Error if a feature of the baseline is not among them
   */
  constructor({ features, prediction, certainty }: Omit<DatasetProfile, 'rows'>, columns: readonly string[]) {
    const cells = new Array<FeatureCounter | undefined>(columns.length).fill(undefined);
    const counters = Object.entries(features).map(([name, like]): [string, FeatureCounter] => {
      const index = columns.indexOf(name);
      if (index < 0) {
        throw new Error(
          `feature '${name}' of the baseline is not among the columns '${columns.join("', '")}': the model and the rows have different schemas`,
        );
      }
      const counter = featureCounter(like);
      cells[index] = counter;
      return [name, counter];
    });
    this.features = Object.fromEntries(counters);
    this.cells = cells;
    this.prediction = prediction && new NumberCounter(prediction.edges);
    this.certainty = certainty && new CertaintyCounter(certainty);
  }

  /** @param prediction undefined counts as missing, and so does `certainty` */
  addRow(cells: Row, prediction: number | undefined, certainty?: Certainty): void {
    this.addCells(cells);
    this.addAnswer(prediction, certainty);
  }

  /** Counts a row, whose answer {@link addAnswer} counts. */
  addCells(cells: Row): void {
    for (let i = 0; i < this.cells.length; i++) this.cells[i]?.add(cells[i]);
  }

  /** Whether {@link addNumbers} can count rows: no feature of the baseline has categories. */
  get takesNumbers(): boolean {
    return this.cells.every((counter) => counter === undefined || counter instanceof NumberCounter);
  }

  /**
   * Counts rows as {@link addCells} does.
   *
   * @param values row after row, NaN where one is missing
   */
  addNumbers(values: Float64Array): void {
    const { cells } = this;
    for (let i = 0; i < cells.length; i++)
      (cells[i] as NumberCounter | undefined)?.addEach(values, i, cells.length);
  }

  /** Counts what a row was answered with. */
  addAnswer(prediction: number | undefined, certainty?: Certainty): void {
    this.rows++;
    this.prediction?.add(prediction);
    this.certainty?.add(certainty);
  }

  /** Counts a line of CSV in UTF-8, in which nothing is quoted. */
  addLine(
    bytes: Uint8Array,
    start: number,
    end: number,
    prediction: number | undefined,
    certainty?: Certainty,
  ): void {
    const { cells } = this;
    let from = start;
    for (let i = 0; i < cells.length; i++) {
      const counter = cells[i];
      if (from > end) counter?.add(undefined);
      else from = 1 + (counter ? counter.addBytes(bytes, from, end) : endOfCell(bytes, from, end));
    }
    this.addAnswer(prediction, certainty);
  }

  profile(): DatasetProfile {
    const features = Object.entries(this.features).map(([name, counter]) => [name, counter.profile()]);
    return {
      rows: this.rows,
      features: Object.fromEntries(features),
      ...(this.prediction && { prediction: this.prediction.profile() }),
      ...(this.certainty && { certainty: this.certainty.profile() }),
    };
  }
}

class CertaintyCounter {
  private readonly confidence: NumberCounter;
  private readonly entropy: NumberCounter;

  constructor({ confidence, entropy }: CertaintyProfile) {
    this.confidence = new NumberCounter(confidence.edges);
    this.entropy = new NumberCounter(entropy.edges);
  }

  add(certainty: Certainty | undefined): void {
    this.confidence.add(certainty?.confidence);
    this.entropy.add(certainty?.entropy);
  }

  profile(): CertaintyProfile {
    return { confidence: this.confidence.profile(), entropy: this.entropy.profile() };
  }
}
