import * as z from 'zod/mini';
import type { GatePolicy, RuleSettings } from '../../../contracts/gate-policy';
import { metricBySettings, metricSettings } from '../metrics/metric-by-settings';
import { atLeast } from './rules/at-least';
import { betterThanColumn } from './rules/better-than-column';
import { calibrated } from './rules/calibrated';
import { fairnessGap } from './rules/fairness-gap';
import { noSliceWorse } from './rules/no-slice-worse';
import { notInferior } from './rules/not-inferior';
import type { GateRule } from './rules/rule';
import { sizeWithin } from './rules/size-within';
import { superior } from './rules/superior';

const ratio = z.number().check(z.positive());

const ruleSettings = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('superior'), margin: z.number().check(z.nonnegative()) }),
  z.object({ rule: z.literal('notInferior'), margin: z.number().check(z.positive()) }),
  z.object({ rule: z.literal('atLeast'), floor: z.number() }),
  z.object({
    rule: z.literal('noSliceWorse'),
    columns: z.array(z.string()).check(z.minLength(1)),
    margin: z.number().check(z.nonnegative()),
    minimumRows: z.optional(z.int().check(z.gte(2))),
  }),
  z.object({ rule: z.literal('calibrated'), max: z.number().check(z.nonnegative()) }),
  z.object({ rule: z.literal('sizeWithin'), ratio }),
  z.object({ rule: z.literal('fairnessGap'), column: z.string(), max: z.number().check(z.positive()) }),
  z.object({ rule: z.literal('betterThanColumn'), column: z.string() }),
]);

/** Schema of {@link GatePolicy}. */
export const gatePolicy = z.object({
  metric: metricSettings,
  /** Probability of promoting a challenger that is no better, over all evaluations on one holdout. */
  alpha: z.number().check(z.positive(), z.lt(0.5)),
  rules: z.array(ruleSettings).check(z.minLength(1)),
  /** Rows, of each class if there are classes, below which the normal approximation is not to be trusted. */
  minimumRows: z.int().check(z.gte(2)),
  /** What is done if the data are too few to tell. */
  ifUndecided: z.enum(['keep', 'needs-person']),
});

export const DEFAULT_GATE_POLICY: GatePolicy = {
  metric: { name: 'auc' },
  alpha: 0.05,
  rules: [{ rule: 'superior', margin: 0 }],
  minimumRows: 30,
  ifUndecided: 'keep',
};

/** The rule that settings name. */
export function ruleBySettings(settings: RuleSettings): GateRule {
  switch (settings.rule) {
    case 'superior':
      return superior(settings.margin);
    case 'notInferior':
      return notInferior(settings.margin);
    case 'atLeast':
      return atLeast(settings.floor);
    case 'noSliceWorse':
      return noSliceWorse(settings);
    case 'calibrated':
      return calibrated(settings.max);
    case 'sizeWithin':
      return sizeWithin(settings.ratio);
    case 'fairnessGap':
      return fairnessGap(settings.column, settings.max);
    case 'betterThanColumn':
      return betterThanColumn(settings.column);
  }
}

/** Columns of the holdout that a policy reads. */
export interface JudgedColumns {
  /** Whose values tell slices apart. */
  readonly sliceColumns: readonly string[];
  /** What each answer costs. */
  readonly costColumns: readonly string[];
  /** What others would answer. */
  readonly rivalColumns: readonly string[];
}

export function judgedColumns(policy: GatePolicy): JudgedColumns {
  return {
    sliceColumns: sliceColumns(policy),
    costColumns: metricBySettings(policy.metric).costColumns ?? [],
    rivalColumns: rivalColumns(policy),
  };
}

function sliceColumns({ rules }: GatePolicy): string[] {
  return [
    ...new Set(
      rules.flatMap((rule) => {
        if (rule.rule === 'noSliceWorse') return rule.columns;
        return rule.rule === 'fairnessGap' ? [rule.column] : [];
      }),
    ),
  ];
}

function rivalColumns({ rules }: GatePolicy): string[] {
  return rules.flatMap((rule) => (rule.rule === 'betterThanColumn' ? [rule.column] : []));
}
