import type { ReleasePlan } from '../../contracts/release-plan';
import { path } from '../../lib/runtime/path';
import { jsonata } from '../../lib/runtime/states';

const plan = path<ReleasePlan>('$plan');

test('a path reads as JSONata, in text and as an expression', () => {
  expect(`${plan.champion.modelVersion} != null`).toBe('$plan.champion.modelVersion != null');
  expect(jsonata(plan.steps.at('$step').challenger)).toBe('{% $plan.steps[$step].challenger %}');
});

test('the compiler refuses a path to a field that the value does not have', () => {
  // @ts-expect-error: a plan has no `canary`
  expect(`${plan.canary}`).toBe('$plan.canary');
  // @ts-expect-error: a list has items, and no fields
  expect(`${plan.steps.challenger}`).toBe('$plan.steps.challenger');
});
