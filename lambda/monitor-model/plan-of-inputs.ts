import { featuresOfInputs, type ModelInput } from '../domain/data/tensor-summary';
import type { DriftPlan } from './compare-traffic';

/** A plan that names an input whose tensors are summarised, with the names of its summaries as well. */
export function planOfInputs(plan: DriftPlan, inputs: readonly ModelInput[] = []): DriftPlan {
  const featuresOf = (name: string) => {
    const input = inputs.find((each) => each.name === name);
    return input ? featuresOfInputs([input]) : [name];
  };
  const policies = plan.policy.features ?? {};
  const ofInputs = Object.entries(policies).flatMap(([name, policy]) =>
    featuresOf(name).map((feature) => [feature, policy] as const),
  );
  return {
    ...plan,
    ignoredFeatures: plan.ignoredFeatures.flatMap(featuresOf),
    // A summary may have a policy of its own.
    policy: { ...plan.policy, features: { ...Object.fromEntries(ofInputs), ...policies } },
  };
}
