import type { CanaryRule } from './rule';

/** A step lasts as long as it was asked to. */
export const duration: CanaryRule = ({ step: { age, shortest } }) => ({
  rule: 'duration',
  verdict: age < shortest ? 'hold' : 'promote',
  message: `the step has lasted ${age} of ${shortest} minutes`,
});
