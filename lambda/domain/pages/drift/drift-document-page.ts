import type { DriftDocument } from '../../traffic/drift-document';
import { asMinute, inThousands } from '../units';
import { type DriftPageProps, driftPage } from './drift-page';

/** The page of a `drift.json`. */
export function driftDocumentPage(document: DriftDocument, profiles: DriftPageProps['profiles']): string {
  const { modelVersion, variant, from, until, pending, ignoredFeatures, report } = document;
  return driftPage({
    ...report,
    subject: `version ${modelVersion}`,
    window: `requests to ${variant}, ${asMinute(from)} to ${asMinute(until)} UTC`,
    reference: 'the training data',
    pending,
    profiles,
    notes: [...unreadable(document), ...notTested(ignoredFeatures)],
  });
}

function unreadable({ unreadable: records, firstProblem = '' }: DriftDocument): string[] {
  if (records === 0) return [];
  return [`${inThousands(records)} records of the last hour cannot be read. The first: ${firstProblem}`];
}

function notTested(features: readonly string[]): string[] {
  return features.length > 0 ? [`Not tested: ${features.join(', ')}.`] : [];
}
