import { IDENTITY, labelQuantile, lossMetric } from './loss';

/** Mean absolute error, in the unit of the label. */
export const mae = lossMetric({
  name: 'mae',
  title: 'mean absolute error',
  loss: (label, prediction) => Math.abs(prediction - label),
  transform: IDENTITY,
  bestConstant: (labels, weights) => labelQuantile(labels, 0.5, weights),
});
