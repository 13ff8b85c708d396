import { figure } from '../figures';
import type { GateRule } from './rule';

/** The challenger's metric is at least as good as the floor, whether that is higher or lower. */
export function atLeast(floor: number): GateRule {
  return ({ metric, labels, challenger, weights, costs }) => {
    const value = metric.value(labels, challenger, weights, costs);
    const passed = metric.higherIsBetter ? value >= floor : value <= floor;
    const message = `challenger's ${metric.title} ${figure(value)} is ${passed ? 'as good as' : 'worse than'} the floor ${floor}${passed ? ', or better' : ''}`;
    return { rule: 'at-least', passed, message, numbers: { value, floor } };
  };
}
