import type { QualityDocument } from '../../quality/quality-document';
import { athenaTimestamp } from '../athena-timestamp';

/** One metric of the rows of a slice, flat, as a row of a table: what `QualityTable` names as columns. */
export interface QualityRow {
  /** `yyyy-mm-dd hh:mm:ss` in UTC, as Athena reads timestamps: the end of the window. */
  readonly until: string;
  /** Its beginning. */
  readonly window_from: string;
  readonly pipeline: string;
  readonly model_version: string;
  readonly variant?: string | undefined;
  /**
   * `production` of the window as a whole; `champion` and `challenger` of versions that answered at the same
   * time, while one was being released.
   */
  readonly role: 'production' | 'champion' | 'challenger';
  /** Such as `region = north`; undefined of all rows. */
  readonly slice?: string | undefined;
  /** Such as `logLoss`; `estimatedAccuracy` and `estimatedAuc` need no labels. */
  readonly metric: string;
  readonly value: number;
  /** Ends of the 95 % confidence interval. */
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
  readonly label_count: number;
  /** The metric on the holdout, if production is compared with it. */
  readonly holdout_value?: number | undefined;
  /** Whether it is significantly worse than that. */
  readonly has_fallen?: boolean | undefined;
  /** Since when, as {@link until}. */
  readonly since?: string | undefined;
}

/** A row for each metric of all rows, and one for each slice, of each version. */
export function qualityRows(pipeline: string, document: QualityDocument): QualityRow[] {
  const { from, until, modelVersion, variant, labels, figures = [], slices, versions = [] } = document;
  if (modelVersion === undefined) return [];
  const inProduction = { from, modelVersion, variant, labels, figures, slices };
  const { comparison, estimated } = document;
  return [
    ...rowsOf({ pipeline, until, role: 'production' }, inProduction, comparison),
    ...Object.entries({ estimatedAccuracy: estimated?.accuracy, estimatedAuc: estimated?.auc }).flatMap(
      ([metric, value]) =>
        value === undefined
          ? []
          : rowsOf(
              { pipeline, until, role: 'production' },
              { from, modelVersion, variant, labels: 0, figures: [{ metric, value }] },
            ),
    ),
    ...versions.flatMap((version, place) =>
      rowsOf({ pipeline, until, role: place === 0 ? 'champion' : 'challenger' }, version),
    ),
  ];
}

/** What labels say of a version. */
type MeasuredVersion = Pick<QualityDocument, 'from' | 'variant' | 'labels' | 'slices'> & {
  readonly modelVersion: string;
  readonly figures: NonNullable<QualityDocument['figures']>;
};

function rowsOf(
  { pipeline, until, role }: Pick<QualityRow, 'pipeline' | 'until' | 'role'>,
  { from, modelVersion, variant, labels, figures, slices = [] }: MeasuredVersion,
  comparison?: QualityDocument['comparison'],
): QualityRow[] {
  const window = {
    until: athenaTimestamp(until),
    window_from: athenaTimestamp(from),
    pipeline,
    model_version: modelVersion,
    variant,
    role,
  };
  return [
    ...figures.map(({ metric, value, interval }) => ({
      ...window,
      slice: undefined,
      metric,
      value,
      ...boundsOf(interval),
      label_count: labels,
      ...verdictOf(metric === comparison?.metric ? comparison : undefined),
    })),
    ...slices.flatMap(({ name, metric, value, interval, labels: ofSlice, comparison: judged }) => {
      if (metric === undefined || value === undefined) return [];
      const bounds = boundsOf(interval);
      const verdict = verdictOf(judged);
      return [{ ...window, slice: name, metric, value, ...bounds, label_count: ofSlice, ...verdict }];
    }),
  ];
}

function boundsOf([lower, upper]: readonly [number?, number?] = []): Pick<QualityRow, 'lower' | 'upper'> {
  return { lower, upper };
}

function verdictOf(
  comparison: QualityDocument['comparison'],
): Pick<QualityRow, 'holdout_value' | 'has_fallen' | 'since'> {
  const { holdout, hasFallen, since } = comparison ?? {};
  return {
    holdout_value: holdout,
    has_fallen: hasFallen,
    since: since === undefined ? undefined : athenaTimestamp(since),
  };
}
