import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { analyseStep, type StepAnalysis } from './analyse-step';

const { settings } = readEnvironment(
  z.object({
    durations: z.object({ step: z.number(), bake: z.number(), longest: z.number() }),
    policy: z.object({
      alpha: z.optional(z.number()),
      minimumInvocations: z.optional(z.number()),
      toleratedErrorRateIncrease: z.optional(z.number()),
      maximumLatencyRatio: z.optional(z.number()),
      toleratedLatencyIncreaseMicros: z.optional(z.number()),
    }),
  }),
);
const cloudWatch = new CloudWatchClient();

/** Looks at a release: compares challenger and champion over the same minutes. */
export async function handler(event: unknown): Promise<StepAnalysis> {
  return analyseStep(event, cloudWatch, settings);
}
