import type { Problem } from '../../../../contracts/problem';
import { classesOf, isLabel, noLabelInWords } from '../../metrics/problem';
import { type Cell, isMissing, numberOf } from '../cell';
import type { DataSchema } from '../data-schema';
import { Places, type Position, type ValidationFinding, type ValidationRule } from './finding';

/**
 * Whether every row has a label of the problem's kind, and labels differ: each class is there, or not all
 * numbers are the same.
 */
export class LabelCheck {
  /** Rows of each class. */
  private readonly counts: number[];
  private least = Number.POSITIVE_INFINITY;
  private greatest = Number.NEGATIVE_INFINITY;
  private readonly missing = new Places();
  private readonly other = new Places();

  constructor(
    private readonly name: string,
    private readonly problem: Problem,
    private readonly rate: DataSchema['labelRate'],
  ) {
    this.counts = new Array<number>(classesOf(problem) ?? 0).fill(0);
  }

  /** @returns the label, NaN if there is none */
  add(cell: Cell | undefined, position: Readonly<Position>): number {
    const value = numberOf(cell);
    if (isLabel(this.problem, value)) {
      if (this.counts.length > 0) this.counts[value] = (this.counts[value] as number) + 1;
      this.least = Math.min(this.least, value);
      this.greatest = Math.max(this.greatest, value);
      return value;
    }
    if (isMissing(cell)) this.missing.add(position);
    else this.other.add(position, cell);
    return Number.NaN;
  }

  findings(rows: number): ValidationFinding[] {
    const found: ValidationFinding[] = [];
    const label = `label '${this.name}'`;
    const add = (rule: ValidationRule, message: string, { count, first, words }: Places) =>
      found.push({
        rule,
        severity: 'stop',
        message: `${message} in ${count} rows: ${words}`,
        column: this.name,
        count,
        places: first,
      });
    if (this.missing.count > 0) add('label-missing', `${label} is missing`, this.missing);
    if (this.other.count > 0) add('label-values', `${label} is ${noLabelInWords(this.problem)}`, this.other);
    const sameLabels = rows > 0 ? this.sameLabels(label) : undefined;
    if (sameLabels !== undefined) {
      found.push({ rule: 'label-classes', severity: 'stop', message: sameLabels, column: this.name });
    } else if (this.rate && this.problem.type === 'binary') {
      found.push(...this.rateFindings(label, this.rate));
    }
    return found;
  }

  /** That there is nothing to learn to tell apart; undefined if there is. */
  private sameLabels(label: string): string | undefined {
    const { counts, least, greatest } = this;
    const absent = counts.flatMap((count, one) => (count === 0 ? [one] : []));
    switch (this.problem.type) {
      case 'binary':
        return absent.length > 0
          ? `${label} is 0 in ${counts[0]} rows and 1 in ${counts[1]}: both are needed`
          : undefined;
      case 'multiClass':
        return absent.length > 0
          ? `${label} is in no row ${absent.slice(0, 10).join(', ')}: each of the ${counts.length} classes is needed`
          : undefined;
      case 'regression':
        return least === greatest ? `${label} is ${least} in all rows: there is nothing to learn` : undefined;
    }
  }

  private rateFindings(
    label: string,
    { minimum = 0, maximum = 1, severity = 'stop' }: NonNullable<DataSchema['labelRate']>,
  ): ValidationFinding[] {
    const [zeros = 0, ones = 0] = this.counts;
    const rate = ones / (zeros + ones);
    if (!(rate < minimum || rate > maximum)) return [];
    const message = `${label} is 1 in ${Number(rate.toPrecision(3))} of the rows, not in ${minimum} to ${maximum}`;
    return [{ rule: 'label-rate', severity, message, column: this.name }];
  }
}
