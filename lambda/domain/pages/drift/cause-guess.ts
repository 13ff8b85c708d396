import type { DriftChange } from '../../traffic/drift-change';
import { type DriftComparisonReport, type DriftDocument, hasVerdict } from '../../traffic/drift-document';
import { nameOf } from './name-of';

const HOUR = 3_600_000;
/** A verdict comes a little after the window that it needs. */
const HOURS_AFTER_FIRST_WINDOW = 2;
/** Share of the values beyond all training data that another unit would move there. */
const MOST = 0.8;
/** Of fewer features neither one alone nor most of them say anything. */
const LEAST_OTHERS = 2;

/**
 * What the pattern of a drift makes likely, in one sentence for people to check; undefined if it makes
 * nothing likely. Only comparisons with the training data count.
 *
 * @param servingSince when the version came into production
 */
export function causeGuess(document: DriftDocument, servingSince?: Date): string | undefined {
  const found = document.comparisons.find(
    (one) => one.reference.settings.is === 'trainingData' && hasVerdict(one) && one.report.drifted.length > 0,
  );
  if (!found) return undefined;
  if (servingSince && isFromTheStart(found, servingSince)) {
    return `the features have differed since the first comparison of version ${document.modelVersion}, so that its training data differ from the requests: another selection of rows, or columns that are computed otherwise.`;
  }
  const { drifted, features } = found.report;
  const inputs = drifted.filter((name) => name !== 'prediction');
  const all = features.filter(({ feature }) => feature !== 'prediction').length;
  const [first] = inputs;
  if (first === undefined) {
    return 'no input has moved by itself: several have moved a little together, or the model behind the endpoint was changed.';
  }
  if (inputs.length === 1) {
    const { change } = features.find(({ feature }) => feature === first) ?? {};
    const guess = change && guessOf(change);
    if (guess !== undefined) return `${nameOf(first).slice(0, 100)}: ${guess}.`;
    return all > LEAST_OTHERS
      ? `one source has changed: ${nameOf(first).slice(0, 100)} has moved alone.`
      : undefined;
  }
  if (inputs.length > LEAST_OTHERS && 2 * inputs.length > all) {
    return 'most features have moved together: other callers, another kind of requests, or columns in another order.';
  }
  return undefined;
}

function isFromTheStart({ windowHours, report }: DriftComparisonReport, servingSince: Date): boolean {
  const latest = servingSince.getTime() + (windowHours + HOURS_AFTER_FIRST_WINDOW) * HOUR;
  return report.features
    .filter(({ feature }) => report.drifted.includes(feature))
    .every(({ since }) => since !== undefined && Date.parse(since) <= latest);
}

function guessOf(change: DriftChange): string | undefined {
  const { before, after } = change;
  switch (change.values) {
    case 'missing':
      return after > before ? 'its source delivers fewer values' : 'its source delivers more values';
    case 'otherCategories':
      return after > before ? 'new categories, or another way to write the old ones' : undefined;
    case 'above':
    case 'below':
      return change.isExtreme && after >= MOST ? 'another unit or scale' : undefined;
    default:
      return undefined;
  }
}
