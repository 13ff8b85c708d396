import { IDENTITY, labelQuantile, lossMetric } from './loss';

/**
 * Quantile loss, in the unit of the label: what predictions of a quantile of the label are best at (R.
 * Koenker and G. Bassett, Econometrica 46 (1978), p. 33). A label above its prediction costs `quantile` times
 * the distance, one below 1 - `quantile` times.
 */
export function quantileLoss(quantile: number) {
  return lossMetric({
    name: 'quantileLoss',
    title: `quantile loss at ${quantile}`,
    loss: (label, prediction) =>
      Math.max(quantile * (label - prediction), (quantile - 1) * (label - prediction)),
    transform: IDENTITY,
    bestConstant: (labels, weights) => labelQuantile(labels, quantile, weights),
  });
}
