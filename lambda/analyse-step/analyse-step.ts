import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod/mini';
import {
  analyseCanary,
  type CanaryDecision,
  type CanaryPolicy,
  type VariantStatistics,
} from '../domain/canary-analysis';
import { checkDocument } from '../domain/document';
import { readStatistics } from './read-statistics';

/** What a step of a release showed. */
export interface StepAnalysis {
  readonly verdict: CanaryDecision['verdict'];
  /** The messages of the rules that ask for the verdict. */
  readonly reasons: readonly string[];
  readonly statistics: { readonly champion: VariantStatistics; readonly challenger: VariantStatistics };
}

/** Compares challenger and champion of an event over the same minutes. */
export async function analyseStep(
  event: unknown,
  cloudWatch: CloudWatchClient,
  policy: Partial<CanaryPolicy>,
): Promise<StepAnalysis> {
  const { championVariant, challengerVariant, since, until, ...endpoint } = checkDocument(
    analysisRequest,
    event,
    'request for an analysis',
  );
  const window = { ...endpoint, since: new Date(since), until: new Date(until) };
  const [champion, challenger] = (await readStatistics(cloudWatch, window, [
    championVariant,
    challengerVariant,
  ])) as [VariantStatistics, VariantStatistics];
  const { verdict, reasons } = analyseCanary({ champion, challenger, policy });
  return {
    verdict,
    reasons: reasons.filter((reason) => reason.verdict === verdict).map(({ message }) => message),
    statistics: { champion, challenger },
  };
}

const analysisRequest = z.object({
  endpointName: z.string(),
  endpointConfigName: z.string(),
  championVariant: z.string(),
  challengerVariant: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});
