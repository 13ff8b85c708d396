import { calibrationError, calibrationNoise } from '../../metrics/calibration-error';
import { figure } from '../figures';
import type { GateReason, GateRule } from './rule';

/**
 * The challenger's calibration error, less what chance alone would show on so few rows, is at most the limit.
 */
export function calibrated(max: number): GateRule {
  return ({ metric, labels, challenger, weights }): GateReason => {
    const rule = 'calibrated';
    const isProbability = challenger.every((score) => score >= 0 && score <= 1);
    if (metric.labels !== 'classes' || !isProbability) {
      const message = "challenger's scores are not probabilities of class 1, which calibration needs";
      return { rule, passed: false, message, numbers: { max } };
    }
    const error = calibrationError.value(labels, challenger, weights);
    const chance = calibrationNoise(challenger, weights);
    const passed = error - chance <= max;
    const message = `challenger's calibration error ${figure(error)}, of which ${figure(Math.min(error, chance))} may be chance, is ${passed ? 'within' : 'above'} ${max}`;
    return { rule, passed, message, numbers: { error, chance, max } };
  };
}
