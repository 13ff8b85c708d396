import type { DriftComparisonReport } from '../../traffic/drift-document';
import { asMinute } from '../units';

const DAY = 24;
const WEEK = 7 * DAY;

/** What a window is compared with: `the training data`, `the same hours of the 4 weeks before`. */
export function referenceInWords({ windowHours, reference }: DriftComparisonReport): string {
  const { settings, times, leftOut = 0 } = reference;
  switch (settings.is) {
    case 'trainingData':
      return 'the training data';
    case 'sameHours':
      return `the same hours of ${leftOut > 0 ? `${times} of ` : ''}${pastInWords(settings.everyHours, (times ?? settings.times) + leftOut)}`;
    case 'previousWindow':
      return `the ${hoursInWords(windowHours)} before`;
    case 'period':
      return `the hours from ${asMinute(settings.from)} to ${asMinute(settings.to)} UTC`;
  }
}

/** Its part of the budget: `false alarms expected: at most 0.33 a year`; empty if it is unknown. */
export function shareInWords({ falseAlarmsPerYear }: DriftComparisonReport): string {
  if (falseAlarmsPerYear === undefined) return '';
  return `false alarms expected: at most ${Number(falseAlarmsPerYear.toPrecision(2))} a year`;
}

function pastInWords(everyHours: number, times: number): string {
  if (everyHours === WEEK) return times === 1 ? 'the week before' : `the ${times} weeks before`;
  if (everyHours === DAY) return times === 1 ? 'the day before' : `the ${times} days before`;
  const days = Array.from({ length: times }, (_, index) => ((index + 1) * everyHours) / DAY);
  return `${days.join(', ')} days before`;
}

function hoursInWords(hours: number): string {
  if (hours % DAY !== 0 || hours === DAY) return hours === 1 ? 'hour' : `${hours} hours`;
  return `${hours / DAY} days`;
}
