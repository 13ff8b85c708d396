import { type DriftDocument, hasVerdict } from '../../traffic/drift-document';
import { athenaTimestamp } from '../athena-timestamp';
import { referenceInWords } from './comparison-words';
import { changeInWords } from './drift-words';

/** The comparison of one feature, flat, as a row of a table: what `DriftTable` names as columns. */
export interface DriftRow {
  /** `yyyy-mm-dd hh:mm:ss` in UTC, as Athena reads timestamps: the end of the window. */
  readonly until: string;
  readonly pipeline: string;
  readonly model_version: string;
  readonly variant: string;
  /** Hours of the window as it is set up. */
  readonly window_hours: number;
  /** What it was compared with, in words. */
  readonly reference: string;
  readonly feature: string;
  /** `drift`, `stable` or `insufficient-rows`, which is that of all features without a verdict. */
  readonly status: string;
  readonly row_count: number;
  readonly distance?: number | undefined;
  readonly p_value?: number | undefined;
  readonly adjusted_p_value?: number | undefined;
  readonly population_stability_index?: number | undefined;
  readonly jensen_shannon?: number | undefined;
  readonly hellinger?: number | undefined;
  readonly wasserstein?: number | undefined;
  /** Since when it has drifted, as {@link until}. */
  readonly since?: string | undefined;
  /** What has changed most, in words. */
  readonly change?: string | undefined;
}

/** A row for each comparison and feature. */
export function driftRows(pipeline: string, document: DriftDocument): DriftRow[] {
  const { until, modelVersion, variant, comparisons } = document;
  return comparisons.flatMap((comparison) => {
    const reference = referenceInWords(comparison);
    return comparison.report.features.map((feature): DriftRow => {
      const { distances, change, since } = feature;
      return {
        until: athenaTimestamp(until),
        pipeline,
        model_version: modelVersion,
        variant,
        window_hours: comparison.windowHours,
        reference,
        feature: feature.feature,
        status: hasVerdict(comparison) ? feature.status : 'insufficient-rows',
        row_count: feature.rows,
        distance: feature.distance,
        p_value: feature.pValue,
        adjusted_p_value: feature.adjustedPValue,
        population_stability_index: distances?.populationStabilityIndex,
        jensen_shannon: distances?.jensenShannon,
        hellinger: distances?.hellinger,
        wasserstein: distances?.wasserstein,
        since: since === undefined ? undefined : athenaTimestamp(since),
        change: change && changeInWords(change, reference),
      };
    });
  });
}
