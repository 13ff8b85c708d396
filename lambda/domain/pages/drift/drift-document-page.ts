import type { DatasetProfile } from '../../data/profile';
import { type DriftComparisonReport, type DriftDocument, hasVerdict } from '../../traffic/drift-document';
import { asMinute, inThousands } from '../units';
import { referenceInWords } from './comparison-words';
import { driftPage } from './drift-page';
import { nameOf } from './name-of';
import { rejectedInWords } from './rejected-words';

/** What a comparison has compared. */
export interface ComparedProfiles {
  readonly window: DatasetProfile;
  /** Left out as long as there is none. */
  readonly reference?: DatasetProfile;
}

/**
 * The page of a `drift.json`. It shows the first comparison that found drift, or the first with a verdict,
 * and names what the others found.
 *
 * @param profiles of each comparison
 */
export function driftDocumentPage(document: DriftDocument, profiles: readonly ComparedProfiles[]): string {
  const { modelVersion, variant, until, ignoredFeatures, comparisons } = document;
  const verdicts = comparisons.filter(hasVerdict);
  const shown = (verdicts.find(({ report }) => report.status === 'drift') ??
    verdicts[0] ??
    comparisons[0]) as DriftComparisonReport;
  const { from, pending, report } = shown;
  const { window, reference } = profiles[comparisons.indexOf(shown)] as ComparedProfiles;
  const rejected = rejectedInWords(document);
  return driftPage({
    ...report,
    subject: `version ${modelVersion}`,
    window: `requests to ${variant}, ${asMinute(from)} to ${asMinute(until)} UTC`,
    reference: referenceInWords(shown),
    pending,
    profiles: { window, reference: reference ?? { rows: 0, features: {} } },
    notes: [
      ...comparisons.filter((one) => one !== shown).map(otherInWords),
      ...(rejected === undefined ? [] : [rejected]),
      ...notTested(ignoredFeatures),
    ],
  });
}

function otherInWords(comparison: DriftComparisonReport): string {
  const { from, pending, report } = comparison;
  const compared = `${inThousands(report.rows)} rows since ${asMinute(from)} UTC, compared with ${referenceInWords(comparison)}`;
  if (pending !== undefined) return `${compared}: no verdict yet, because ${pending}.`;
  if (report.status === 'insufficient-rows') return `${compared}: too few rows for a verdict.`;
  if (report.status === 'stable') return `${compared}: nothing has drifted.`;
  return `${compared}: drifted are ${report.drifted.map(nameOf).join(', ')}.`;
}

function notTested(features: readonly string[]): string[] {
  return features.length > 0 ? [`Not tested: ${features.join(', ')}.`] : [];
}
