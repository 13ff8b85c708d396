import { type Cell, isMissing, numberOf } from '../cell';
import type { DataSchema } from '../data-schema';
import { Places, type Position, type ValidationFinding, type ValidationRule } from './finding';

/** Whether the label is 0 or 1 in every row, and both often enough. */
export class LabelCheck {
  private readonly classes: [number, number] = [0, 0];
  private readonly missing = new Places();
  private readonly other = new Places();

  constructor(
    private readonly name: string,
    private readonly rate: DataSchema['labelRate'],
  ) {}

  /** @returns the class, NaN if there is none */
  add(cell: Cell | undefined, position: Readonly<Position>): number {
    const value = numberOf(cell);
    if (value === 0 || value === 1) {
      this.classes[value]++;
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
    if (this.other.count > 0) add('label-binary', `${label} is neither 0 nor 1`, this.other);
    const [zeros, ones] = this.classes;
    if (rows > 0 && (zeros === 0 || ones === 0)) {
      const message = `${label} is 0 in ${zeros} rows and 1 in ${ones}: both are needed`;
      found.push({ rule: 'label-classes', severity: 'stop', message, column: this.name });
    } else if (this.rate && zeros + ones > 0) {
      const { minimum = 0, maximum = 1, severity = 'stop' } = this.rate;
      const rate = ones / (zeros + ones);
      if (rate < minimum || rate > maximum) {
        const message = `${label} is 1 in ${Number(rate.toPrecision(3))} of the rows, not in ${minimum} to ${maximum}`;
        found.push({ rule: 'label-rate', severity, message, column: this.name });
      }
    }
    return found;
  }
}
