import * as z from 'zod/mini';

const number = z.optional(z.number());

/** What releases with and without traffic are judged by. */
const common = {
  alpha: number,
  minimumInvocations: number,
  toleratedErrorRateIncrease: number,
  maximumLatencyRatio: number,
  toleratedLatencyIncreaseMicros: number,
  toleratedQualityDrop: number,
};

/** The policy of steps with traffic, as the constructs give it to a function. */
export const canaryPolicySettings = z.object({
  ...common,
  maximumPredictionShift: number,
  business: z.optional(
    z.array(z.object({ name: z.string(), better: z.enum(['higher', 'lower']), toleratedChange: z.number() })),
  ),
});

/** The policy of a shadow, likewise. */
export const shadowPolicySettings = z.object({ ...common, minimumAgreement: number });
