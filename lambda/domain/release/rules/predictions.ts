import type { CanaryRule } from './rule';

/**
 * How the answers are distributed. A version may answer otherwise and be the better one, so that this decides
 * only if asked to.
 */
export const predictions: CanaryRule = ({ predictionShift: shift }, { maximumPredictionShift: maximum }) => {
  const rule = 'predictions';
  if (!shift) {
    const message = 'answers are not compared: too few of both were recorded, or none';
    return { rule, verdict: 'promote', message };
  }
  const { distance, interval, rows } = shift;
  const [low, high] = interval.map((end) => end.toFixed(3));
  const found = `the distributions of ${rows.challenger} answers of the challenger and ${rows.champion} of the champion are ${distance.toFixed(3)} apart (0 to 1; confidence interval ${low} to ${high})`;
  if (maximum === undefined) return { rule, verdict: 'promote', message: found };
  return {
    rule,
    verdict: interval[0] > maximum ? 'rollback' : 'promote',
    message: `${found}; significantly more than ${maximum} rolls back`,
  };
};
