import type { CanaryRule } from './rule';

/** Too little traffic is never a pass. */
export const traffic: CanaryRule = ({ minutes, step }, { minimumInvocations }) => {
  const rule = 'traffic';
  const ofStep = minutes.slice(Math.max(0, minutes.length - step.age));
  const [challenger, champion] = (['challenger', 'champion'] as const).map((variant) =>
    ofStep.reduce((sum, minute) => sum + minute[variant].invocations, 0),
  ) as [number, number];
  // While a release bakes, the champion has no traffic by intention.
  const enough = challenger >= minimumInvocations && (champion === 0 || champion >= minimumInvocations);
  const message = `in this step the challenger had ${challenger} requests, the champion ${champion}; ${minimumInvocations} are needed`;
  if (enough) return { rule, verdict: 'promote', message };
  return { rule, verdict: step.age < step.longest ? 'hold' : 'inconclusive', message };
};
