import { meanLabel } from '../statistics/column';
import { lossMetric } from './loss';

/** Root of the mean squared error, in the unit of the label. */
export const rmse = lossMetric({
  name: 'rmse',
  title: 'root mean squared error',
  loss: (label, prediction) => (prediction - label) ** 2,
  transform: { of: Math.sqrt, derivative: (mean) => 1 / (2 * Math.sqrt(mean)) },
  bestConstant: meanLabel,
});
