import { InvalidArgumentError } from 'commander';
import { modelVersionText } from '../../lambda/domain/records/document';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration as people write it: `30s`, `10m`, `6h` or `2d`. */
export function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (!match) throw new InvalidArgumentError('must be a number with a unit: 30s, 10m, 6h or 2d');
  return Number(match[1]) * (UNITS[match[2] as string] as number);
}

/** A time in ISO 8601; without an offset it is local. */
export function time(text: string): string {
  if (Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('must be a time in ISO 8601, as in 2026-11-24T05:00:00Z');
  }
  return new Date(text).toISOString();
}

export function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a whole number above 0');
  return Number(text);
}

export function modelVersion(text: string): string {
  if (!modelVersionText.safeParse(text).success) {
    throw new InvalidArgumentError('must be a model version, as in 1.2.0; see: model-pipeline history');
  }
  return text;
}

/** A version, or the word for the one in production. */
export function versionToRelease(text: string): string {
  return text === 'production' ? text : modelVersion(text);
}
