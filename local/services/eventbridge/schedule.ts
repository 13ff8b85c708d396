import { AwsError } from '../../gateway/aws-error';

/** When a scheduled rule fires. */
export interface Schedule {
  /** The first firing after `time`, in milliseconds since the epoch; undefined if there is none. */
  next(time: number): number | undefined;
}

/**
 * Reads `rate(...)` or `cron(...)` of an EventBridge rule; both run in UTC.
 *
 * @param origin when the rule was made or enabled: from there a rate counts, in milliseconds since the epoch
 * @throws AwsError ValidationException
 */
export function parseSchedule(expression: string, origin: number): Schedule {
  const [, kind, body = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(body, origin);
  if (kind === 'cron') return cron(body);
  throw invalid();
}

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };

function rate(body: string, origin: number): Schedule {
  const [, digits = '', unit = '', plural] = /^(\d+) +(minute|hour|day)(s?)$/.exec(body.trim()) ?? [];
  const value = Number(digits);
  if (value < 1 || (value === 1) !== (plural === '')) throw invalid();
  const period = value * (UNITS[unit] as number);
  return { next: (time) => origin + (Math.floor((time - origin) / period) + 1) * period };
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const LAST_YEAR = 2199;

function cron(body: string): Schedule {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw invalid();
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid();
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = new Set(numbers(month, 1, 12, MONTHS));
  const years = new Set(numbers(year, 1970, LAST_YEAR));
  const isDay = dayOfWeek === '?' ? daysOfMonth(dayOfMonth) : daysOfWeek(dayOfWeek);

  return {
    next(time) {
      const start = Math.floor(time / MINUTE) * MINUTE + MINUTE;
      const day = new Date(start);
      day.setUTCHours(0, 0, 0, 0);
      for (; day.getUTCFullYear() <= LAST_YEAR; day.setUTCDate(day.getUTCDate() + 1)) {
        if (!years.has(day.getUTCFullYear())) {
          day.setUTCMonth(11, 31);
        } else if (months.has(day.getUTCMonth() + 1) && isDay(day)) {
          for (const h of hours) {
            for (const m of minutes) {
              const at = day.getTime() + h * 60 * MINUTE + m * MINUTE;
              if (at >= start) return at;
            }
          }
        }
      }
      return undefined;
    },
  };
}

type DayTest = (day: Date) => boolean;

function daysOfMonth(field: string): DayTest {
  const tests = field.split(',').map((part): DayTest => {
    if (part === 'L') return (day) => day.getUTCDate() === lastDayOfMonth(day);
    if (part === 'LW') return (day) => day.getUTCDate() === nearestWeekday(day, lastDayOfMonth(day));
    const [, fromEnd] = /^L-(\d+)$/.exec(part) ?? [];
    if (fromEnd) return (day) => day.getUTCDate() === lastDayOfMonth(day) - Number(fromEnd);
    const [, wanted] = /^(\d+)W$/.exec(part) ?? [];
    if (wanted) {
      within(Number(wanted), 1, 31);
      return (day) =>
        Number(wanted) <= lastDayOfMonth(day) && day.getUTCDate() === nearestWeekday(day, Number(wanted));
    }
    const days = new Set(numbers(part, 1, 31));
    return (day) => days.has(day.getUTCDate());
  });
  return (day) => tests.some((test) => test(day));
}

function daysOfWeek(field: string): DayTest {
  const [, instanceDay, instance] = /^([A-Z]{3}|\d)#([1-5])$/i.exec(field) ?? [];
  if (instanceDay) {
    const wanted = number(instanceDay, 1, 7, DAYS);
    return (day) => day.getUTCDay() + 1 === wanted && Math.ceil(day.getUTCDate() / 7) === Number(instance);
  }
  const tests = field.split(',').map((part): DayTest => {
    if (part === 'L') return (day) => day.getUTCDay() === 6;
    const [, last] = /^([A-Z]{3}|\d)L$/i.exec(part) ?? [];
    if (last) {
      const wanted = number(last, 1, 7, DAYS);
      return (day) => day.getUTCDay() + 1 === wanted && day.getUTCDate() > lastDayOfMonth(day) - 7;
    }
    const days = new Set(numbers(part, 1, 7, DAYS));
    return (day) => days.has(day.getUTCDay() + 1);
  });
  return (day) => tests.some((test) => test(day));
}

function lastDayOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The day from Monday to Friday nearest to a date, within the same month. */
function nearestWeekday(day: Date, date: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === lastDayOfMonth(day) ? date - 2 : date + 1;
  return date;
}

/**
 * The values of a field with `,` `-` `*` `/`, in ascending order; a range may run over the end, as in `20-2`.
 */
function numbers(field: string, low: number, high: number, names: readonly string[] = []): number[] {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const increment = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(increment) || increment < 1 || part.split('/').length > 2) throw invalid();
    const [from, to] = bounds(range, step !== undefined, low, high, names);
    const size = high - low + 1;
    const length = from <= to ? to - from : to - from + size;
    for (let offset = 0; offset <= length; offset += increment) {
      values.add(low + ((from - low + offset) % size));
    }
  }
  return [...values].sort((a, b) => a - b);
}

function bounds(
  range: string,
  hasStep: boolean,
  low: number,
  high: number,
  names: readonly string[],
): [number, number] {
  if (range === '*') return [low, high];
  const ends = range.split('-');
  if (ends.length > 2) throw invalid();
  const from = number(ends[0] as string, low, high, names);
  if (ends[1] === undefined) return [from, hasStep ? high : from];
  return [from, number(ends[1], low, high, names)];
}

function number(text: string, low: number, high: number, names: readonly string[]): number {
  const position = names.indexOf(text.toUpperCase());
  if (position >= 0) return position + low;
  if (!/^\d+$/.test(text)) throw invalid();
  return within(Number(text), low, high);
}

function within(value: number, low: number, high: number): number {
  if (value < low || value > high) throw invalid();
  return value;
}

function invalid(): AwsError {
  return new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}
