import * as z from 'zod/mini';

/** Containers write whole counts with and without a decimal point. */
const count = z.number().check(z.gte(0));
const common = z.object({ num_present: count, num_missing: count });

const kll = z.object({
  buckets: z.array(z.object({ lower_bound: z.number(), upper_bound: z.number(), count })),
  sketch: z.optional(
    z.object({
      parameters: z.optional(z.object({ c: z.number(), k: z.number() })),
      data: z.array(z.array(z.number())),
    }),
  ),
});

const numbers = z.object({
  common,
  mean: z.optional(z.number()),
  sum: z.optional(z.number()),
  std_dev: z.optional(z.number()),
  min: z.optional(z.number()),
  max: z.optional(z.number()),
  distribution: z.optional(z.object({ kll: z.optional(kll) })),
});

const texts = z.object({
  common,
  distinct_count: z.optional(z.number()),
  distribution: z.optional(
    z.object({
      categorical: z.optional(z.object({ buckets: z.array(z.object({ value: z.string(), count })) })),
    }),
  ),
});

const type = z.enum(['Integral', 'Fractional', 'String', 'Unknown']);

/**
 * `statistics.json` of Model Monitor:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html
 */
export const statisticsDocument = z.object({
  version: z.number(),
  dataset: z.object({ item_count: count }),
  features: z.array(
    z.object({
      name: z.string(),
      inferred_type: type,
      numerical_statistics: z.optional(numbers),
      string_statistics: z.optional(texts),
    }),
  ),
});

export type Statistics = z.infer<typeof statisticsDocument>;
export type FeatureStatistics = Statistics['features'][number];
export type KllDistribution = z.infer<typeof kll>;

/**
 * The prebuilt container writes `monitoring_config_overrides`, the documentation `monitoringConfigOverrides`.
 */
const overrides = z.optional(z.object({ evaluate_constraints: z.optional(z.string()) }));

/**
 * `constraints.json` of Model Monitor:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
 */
export const constraintsDocument = z.object({
  version: z.number(),
  features: z.array(
    z.object({
      name: z.string(),
      inferred_type: type,
      completeness: z.optional(z.number()),
      num_constraints: z.optional(z.object({ is_non_negative: z.optional(z.boolean()) })),
      string_constraints: z.optional(z.object({ domains: z.optional(z.array(z.string())) })),
      monitoringConfigOverrides: overrides,
      monitoring_config_overrides: overrides,
    }),
  ),
  monitoring_config: z.optional(
    z.object({
      evaluate_constraints: z.optional(z.string()),
      emit_metrics: z.optional(z.string()),
      datatype_check_threshold: z.optional(z.number()),
      domain_content_threshold: z.optional(z.number()),
      distribution_constraints: z.optional(
        z.object({
          perform_comparison: z.optional(z.string()),
          comparison_threshold: z.optional(z.number()),
          comparison_method: z.optional(z.string()),
          categorical_comparison_threshold: z.optional(z.number()),
          categorical_drift_method: z.optional(z.string()),
        }),
      ),
    }),
  ),
});

export type Constraints = z.infer<typeof constraintsDocument>;
