import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { SplitSettings } from '../../../../contracts/data-split';
import type { DataSchema } from '../data-schema';
import { splitByArrival } from './by-arrival';
import { splitByGroup } from './by-group';
import { splitByTime } from './by-time';
import type { Splitter } from './splitter';
import { splitStratified } from './stratified';

/** Schema of {@link SplitSettings}. */
export const splitSettings = z.discriminatedUnion('by', [
  z.object({ by: z.literal('arrival') }),
  z.object({ by: z.literal('time'), column: z.string() }),
  z.object({ by: z.literal('group'), column: z.string() }),
  z.object({ by: z.literal('class'), seed: z.int() }),
]);

export function splitterOf(settings: SplitSettings, fraction: number): Splitter {
  switch (settings.by) {
    case 'arrival':
      return splitByArrival(fraction);
    case 'time':
      return splitByTime(fraction, settings.column);
    case 'group':
      return splitByGroup(fraction, settings.column);
    case 'class':
      return splitStratified(fraction, settings.seed);
  }
}

/** What a split asks of the data: a time or a group in every row. */
export function schemaOfSplit(settings: SplitSettings): DataSchema {
  if (!('column' in settings)) return {};
  const type = settings.by === 'time' ? 'time' : 'category';
  return { columns: { [settings.column]: { type, missing: { maximum: 0 } } } };
}

/** Name of what a split makes of a data set: settings that differ in anything have another. */
export function splitName(settings: SplitSettings, fraction: number, others: object): string {
  const hash = createHash('sha256').update(JSON.stringify([settings, others]));
  return `by-${settings.by}-${fraction}-${hash.digest('hex').slice(0, 8)}`;
}
