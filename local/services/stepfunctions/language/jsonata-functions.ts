import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import { RandomSource } from '../../../gateway/random-source';

/** Where functions get what is not in their arguments. */
export interface FunctionSources {
  now(): number;
  random(): number;
  uuid(): string;
}

const LARGEST_RANGE = 1000;
const HASHES = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** Adds the functions that Step Functions has besides JSONata's, takes `$eval` away, and sets the clock. */
export function registerFunctions(expression: jsonata.Expression, sources: FunctionSources): void {
  const add = expression.registerFunction.bind(expression);
  add('partition', partition, '<an:a>');
  add('range', range, '<nnn:a>');
  add('hash', hash, '<ss:s>');
  add(
    'random',
    (seed?: number) => (seed === undefined ? sources.random() : new RandomSource(seed).next()),
    '<n?:n>',
  );
  add('uuid', () => sources.uuid(), '<:s>');
  add('parse', (text?: string) => (text === undefined ? undefined : JSON.parse(text)), '<s:x>');
  const now = Math.floor(sources.now());
  add('millis', () => now, '<:n>');
  add(
    'now',
    function (this: jsonata.Focus, picture?: string, timezone?: string) {
      return this.environment.lookup('fromMillis').implementation.call(this, now, picture, timezone);
    },
    '<s?s?:s>',
  );
  expression.assign('eval', undefined);
}

/** `array` in pieces of `size`; the last may be smaller. */
export function partition<Item>(array: readonly Item[], size: number): Item[][] {
  if (!Number.isInteger(size) || size < 1)
    throw new Error(`the size of a partition must be a positive integer, got ${size}`);
  return Array.from({ length: Math.ceil(array.length / size) }, (_, index) =>
    array.slice(index * size, (index + 1) * size),
  );
}

/** Numbers from `first` to `last`, both included, at most 1000. */
export function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('the step of a range must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LARGEST_RANGE)
    throw new Error(`a range must not have more than ${LARGEST_RANGE} items, got ${length}`);
  return Array.from({ length }, (_, index) => first + index * step);
}

/** Hexadecimal. */
export function hash(data: string, algorithm: string): string {
  if (!HASHES.includes(algorithm))
    throw new Error(`the hash algorithm must be one of ${HASHES.join(', ')}, got ${algorithm}`);
  return createHash(algorithm.replace('-', '').toLowerCase()).update(data).digest('hex');
}
