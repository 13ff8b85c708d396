import * as z from 'zod/mini';

/** Schema of a sample of such values in a document. */
export function keptSample<Value extends z.ZodMiniType>(value: Value) {
  return z.object({ halvings: z.int(), values: z.array(z.tuple([z.string(), value])) });
}

/** A sample as it is written to a document. */
export interface KeptSample<T> {
  /** How often the sample was halved. */
  readonly halvings: number;
  readonly values: readonly (readonly [id: string, value: T])[];
}

/**
 * Values by id, in bounded memory: when they are more than fit, those stay whose id's hash ends in one more
 * zero bit, about half of them. Which ids stay depends on nothing but the ids, so that samples of answers and
 * of their labels hold the same requests, and no time of the day is left out (M. Wegman's adaptive sampling;
 * P. Flajolet, Computing 43 (1990), p. 391).
 */
export class IdSample<T> {
  private halvings: number;
  private values: Map<string, T>;

  constructor(
    private readonly capacity: number,
    kept: KeptSample<T> = { halvings: 0, values: [] },
  ) {
    this.halvings = kept.halvings;
    this.values = new Map(kept.values);
  }

  /** Keeps a value, if its id is of the sample; the first one of an id stands. */
  add(id: string, value: T): void {
    if (this.values.has(id) || !this.holds(id)) return;
    this.values.set(id, value);
    while (this.values.size > this.capacity) {
      this.halveTo(this.halvings + 1);
    }
  }

  get(id: string): T | undefined {
    return this.values.get(id);
  }

  /** Writes over the value of an id that has one. */
  replace(id: string, value: T): void {
    if (this.values.has(id)) this.values.set(id, value);
  }

  delete(id: string): void {
    this.values.delete(id);
  }

  get size(): number {
    return this.values.size;
  }

  /** How often it was halved: it holds one in 2^halvings ids. */
  get timesHalved(): number {
    return this.halvings;
  }

  /** Leaves out what a sample does not hold that was halved so often. */
  halveTo(halvings: number): void {
    if (halvings <= this.halvings) return;
    this.halvings = halvings;
    this.values = new Map([...this.values].filter(([one]) => this.holds(one)));
  }

  allValues(): Iterable<T> {
    return this.values.values();
  }

  entries(): [id: string, value: T][] {
    return [...this.values];
  }

  toJSON(): KeptSample<T> {
    return { halvings: this.halvings, values: this.entries() };
  }

  /** Whether the id is of the sample, if it occurs. */
  holds(id: string): boolean {
    return hash(id) % 2 ** this.halvings === 0;
  }
}

/**
 * FNV-1a of 32 bits, mixed by the end of MurmurHash3, without which its low bits follow those of the last
 * character.
 */
function hash(id: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
