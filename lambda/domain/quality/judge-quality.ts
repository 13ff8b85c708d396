import type { Problem } from '../../../contracts/problem';
import { holm } from '../statistics/holm';
import type { HoldoutQuality } from './holdout-quality';
import type { LabelledRows } from './labelled-rows';
import type { QualityDocument } from './quality-document';
import { qualityFigures } from './quality-figures';
import { compareWithHoldout, type QualityPolicy } from './quality-test';
import { rowSlices } from './row-slices';

/** With fewer labels a slice is not told of: its interval would say nothing. */
const FEWEST_OF_A_SLICE = 100;

/**
 * How a version in production compares with its own holdout, overall and in each slice that has labels
 * enough. Alpha is spent over all of these comparisons (`holm`).
 *
 * @param columns whose values each row has, in their order
 */
export function judgeQuality(
  rows: LabelledRows,
  holdout: HoldoutQuality | undefined,
  policy: QualityPolicy,
  problem: Problem,
  columns: readonly string[],
): Pick<QualityDocument, 'comparison' | 'slices'> {
  const { name } = policy.metric;
  const overall = holdout && compareWithHoldout(rows, holdout, policy, problem);
  const slices = columns
    .flatMap((column, place) => rowSlices(rows, column, place, FEWEST_OF_A_SLICE))
    .map((slice) => {
      const reference = holdout?.slices?.find((one) => one.name === slice.name);
      const { value, interval } =
        qualityFigures(slice.rows, problem, policy.metric).find(({ metric }) => metric === name) ?? {};
      return {
        name: slice.name,
        labels: slice.rows.labels.length,
        metric: name,
        ...(value !== undefined && { value }),
        ...(interval && { interval }),
        comparison:
          reference &&
          compareWithHoldout(slice.rows, reference, { ...policy, minimumLabels: FEWEST_OF_A_SLICE }, problem),
      };
    });
  const compared = [overall, ...slices.map(({ comparison }) => comparison)].filter(
    (one) => one !== undefined,
  );
  const adjusted = holm(compared.map(({ pValue }) => pValue));
  const judged = (one: (typeof compared)[number] | undefined) =>
    one && { comparison: { ...one, hasFallen: (adjusted[compared.indexOf(one)] as number) < policy.alpha } };
  return {
    ...judged(overall),
    ...(columns.length > 0 && {
      slices: slices.map(({ comparison, ...slice }) => ({ ...slice, ...judged(comparison) })),
    }),
  };
}

/** What has fallen: `undefined` stands for all rows. The slice with the greatest drop first. */
export function fallenParts({ comparison, slices = [] }: QualityDocument) {
  const parts = [{ name: undefined, comparison }, ...slices].flatMap(({ name, comparison: one }) =>
    one?.hasFallen ? [{ name, ...one }] : [],
  );
  return parts.sort((a, b) => Number(a.name !== undefined) - Number(b.name !== undefined) || b.drop - a.drop);
}

/** Says since when quality has fallen. @param previous report of the hour before, of the same version */
export function withSince(report: QualityDocument, previous?: QualityDocument): QualityDocument {
  const { until, comparison, slices } = report;
  const known = previous && previous.modelVersion === report.modelVersion ? previous : undefined;
  const since = (one: typeof comparison, before: typeof comparison) =>
    one?.hasFallen ? { ...one, since: (before?.hasFallen && before.since) || until } : one;
  const overall = since(comparison, known?.comparison);
  return {
    ...report,
    ...(overall && { comparison: overall }),
    ...(slices && {
      slices: slices.map((slice) => {
        const before = known?.slices?.find(({ name }) => name === slice.name);
        const found = since(slice.comparison, before?.comparison);
        return { ...slice, ...(found && { comparison: found }) };
      }),
    }),
  };
}
