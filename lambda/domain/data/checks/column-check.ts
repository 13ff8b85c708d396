import { type Cell, isMissing, isMissingCategory, numberOf } from '../cell';
import type { ColumnSchema, Severity } from '../data-schema';
import { Places, type Position, type ValidationFinding, type ValidationRule } from './finding';
import { ValueSet } from './value-set';

/** The checks of a column, cell by cell, in constant memory. */
export class ColumnCheck {
  /** The newest of its times, in milliseconds since 1970. */
  newest = Number.NEGATIVE_INFINITY;
  private missing = 0;
  private readonly mistyped = new Places();
  private readonly outside = new Places();
  private readonly repeated = new Places();
  private readonly seen: ValueSet | undefined;
  private readonly minimum: number;
  private readonly maximum: number;
  private readonly allowed: ReadonlySet<string> | undefined;

  constructor(
    readonly name: string,
    /** What the column is called in messages, such as `feature 'age'`. */
    private readonly title: string,
    private readonly schema: ColumnSchema,
  ) {
    this.minimum = schema.range?.minimum ?? Number.NEGATIVE_INFINITY;
    this.maximum = schema.range?.maximum ?? Number.POSITIVE_INFINITY;
    this.allowed = schema.values && new Set(schema.values.allowed);
    this.seen = schema.unique && new ValueSet();
  }

  add(cell: Cell | undefined, position: Readonly<Position>): void {
    if (this.schema.type === 'category' || this.schema.type === 'time') {
      const isNothing = this.schema.type === 'time' ? isMissing : isMissingCategory;
      if (cell === undefined || isNothing(cell)) {
        this.missing++;
        return;
      }
      if (this.schema.type === 'time') this.addTime(cell, position);
      else if (this.allowed && !this.allowed.has(String(cell))) this.outside.add(position, cell);
    } else {
      const value = numberOf(cell);
      if (Number.isNaN(value)) {
        if (position.isTyped ? isMissingCategory(cell) : isMissing(cell)) {
          this.missing++;
          return;
        }
        this.mistyped.add(position, cell);
      } else if (value < this.minimum || value > this.maximum) {
        this.outside.add(position, cell);
      }
    }
    if (this.seen?.add(String(cell))) this.repeated.add(position, cell);
  }

  findings(rows: number): ValidationFinding[] {
    const { title, schema, mistyped, outside, repeated, missing } = this;
    const found: ValidationFinding[] = [];
    const add = (
      rule: ValidationRule,
      message: string,
      places: Places,
      severity: Severity | undefined = 'stop',
    ) => {
      const { count, first, words } = places;
      found.push({
        rule,
        severity,
        message: `${message}: ${words}`,
        column: this.name,
        count,
        places: first,
      });
    };
    if (mistyped.count > 0) {
      const [rule, what] =
        schema.type === 'time' ? (['time-cells', 'time'] as const) : (['numeric-cells', 'number'] as const);
      add(rule, `${title} is not a ${what} in ${mistyped.count} of ${rows} rows`, mistyped);
    }
    const allowedMissing = schema.missing?.maximum ?? 0;
    if (missing > allowedMissing * rows) {
      const isEmpty = missing === rows;
      found.push({
        rule: 'missing-cells',
        severity: isEmpty ? 'stop' : (schema.missing?.severity ?? (schema.missing ? 'stop' : 'warn')),
        message: `${title} is missing in ${missing} of ${rows} rows${allowedMissing > 0 ? `, more than ${percent(allowedMissing)}` : ''}`,
        column: this.name,
        count: missing,
      });
    }
    if (schema.range && outside.count > 0) {
      const { minimum = 'any', maximum = 'any', severity } = schema.range;
      const message = `${title} is outside ${minimum} to ${maximum} in ${outside.count} of ${rows} rows`;
      add('range', message, outside, severity);
    }
    const maximumOther = schema.values?.maximumOther ?? 0;
    if (schema.values && outside.count > maximumOther * rows) {
      const limit = maximumOther > 0 ? `, more than ${percent(maximumOther)}` : '';
      const message = `${title} is none of its ${schema.values.allowed.length} categories in ${outside.count} of ${rows} rows${limit}`;
      add('values', message, outside, schema.values.severity);
    }
    if (repeated.count > 0) {
      const part = this.seen?.isFull ? ' at least, because only that many values are remembered' : '';
      add(
        'unique',
        `${title} repeats a value in ${repeated.count} of ${rows} rows${part}`,
        repeated,
        schema.unique?.severity,
      );
    }
    return found;
  }

  private addTime(cell: Cell, position: Readonly<Position>): void {
    const time = timeOf(cell);
    if (Number.isNaN(time)) this.mistyped.add(position, cell);
    else if (time > this.newest) this.newest = time;
  }
}

/**
 * Milliseconds since 1970 of ISO 8601, in UTC where it names no zone, or of a number of milliseconds; NaN if
 * it is neither.
 */
export function timeOf(cell: Cell): number {
  const number = numberOf(cell);
  if (!Number.isNaN(number)) return number;
  const [, day, hour, zone = 'Z'] = ISO_8601.exec(String(cell)) ?? [];
  return Date.parse(hour === undefined ? String(day) : `${day}T${hour}${zone}`);
}

// `Date.parse` alone takes much else, and that in the time zone of the machine.
const ISO_8601 = /^\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?\s*$/;

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
