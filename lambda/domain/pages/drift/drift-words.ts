import type { DriftChange } from '../../traffic/drift-change';
import { inPercent } from '../units';

/** `21 % of the values are above 2300; 1 % in the training data` */
export function changeInWords(change: DriftChange): string {
  const { before, after } = change;
  const [now, then] = [
    `${inPercent(after)} of the values are`,
    `; ${inPercent(before)} in the training data`,
  ];
  switch (change.values) {
    case 'missing':
      return `${now} missing${then}`;
    case 'category':
      return `${now} '${printable(change.category)}'${then}`;
    case 'otherCategories':
      return before === 0
        ? `${now} categories that the training data do not have`
        : `${now} new or rare categories${then}`;
    case 'above':
      return change.isExtreme
        ? `${now} above ${short(change.bound)}, the greatest of the training data`
        : `${now} above ${short(change.bound)}${then}`;
    case 'below':
      return change.isExtreme
        ? `${now} below ${short(change.bound)}, the least of the training data`
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
