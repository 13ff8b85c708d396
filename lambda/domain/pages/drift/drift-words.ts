import type { DriftChange } from '../../traffic/drift-change';
import { inPercent } from '../units';

/**
 * `21 % of the values are above 2300; 1 % in the training data`
 *
 * @param reference what the window is compared with, in words
 */
export function changeInWords(change: DriftChange, reference = 'the training data'): string {
  const { before, after } = change;
  const [now, then] = [`${inPercent(after)} of the values are`, `; ${inPercent(before)} in ${reference}`];
  switch (change.values) {
    case 'missing':
      return `${now} missing${then}`;
    case 'category':
      return `${now} '${printable(change.category)}'${then}`;
    case 'otherCategories':
      return before === 0
        ? `${now} categories that do not occur in ${reference}`
        : `${now} new or rare categories${then}`;
    case 'above':
      return change.isExtreme && before === 0
        ? `${now} above ${short(change.bound)}, beyond all of ${reference}`
        : `${now} above ${short(change.bound)}${then}`;
    case 'below':
      return change.isExtreme && before === 0
        ? `${now} below ${short(change.bound)}, beyond all of ${reference}`
        : `${now} at most ${short(change.bound)}${then}`;
  }
}

/** Names and categories are what the data say: line breaks and control characters are none of a message. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
