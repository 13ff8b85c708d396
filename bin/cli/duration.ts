import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration as people write it: `30s`, `10m`, `6h` or `2d`. */
export function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (!match) throw new InvalidArgumentError('must be a number with a unit: 30s, 10m, 6h or 2d');
  return Number(match[1]) * (UNITS[match[2] as string] as number);
}
