import * as z from 'zod/mini';
import { readNumbers } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import { holdoutKey, modelKey } from '../domain/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/document';
import { formatEvaluation } from '../domain/evaluation';
import type { GatePolicy } from '../domain/gate-rules/rule';
import { evaluate, type GateDecision, type GateMetrics } from '../domain/promotion-gate';
import { writeEvaluationReport } from './write-evaluation-report';

export interface EvaluateProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly policy: Partial<GatePolicy>;
}

export interface ChallengerEvaluation {
  readonly verdict: GateDecision['verdict'];
  /** What decided: of a refusal what was not met, of a promotion the comparison. */
  readonly reasons: readonly string[];
  /** Null if the evidence allowed no comparison. */
  readonly metrics: GateMetrics | null;
  readonly evaluationKey: string;
  /** `s3://` URI of the page that shows it. */
  readonly report: string;
}

/** Compares the scores of challenger and champion for the same holdout, and keeps the comparison beside the model. */
export async function evaluateChallenger(
  event: unknown,
  { pipelineName, store, policy }: EvaluateProps,
): Promise<ChallengerEvaluation> {
  const { modelVersion, dataVersion, challengerScoresKey, championScoresKey, champion } = checkDocument(
    request,
    event,
    'request for an evaluation',
  );
  if (!champion !== !championScoresKey) {
    // Without scores it would be judged as if nothing were in production.
    throw new Error(
      `champion and championScoresKey belong together, got ${champion?.modelVersion} and ${championScoresKey}`,
    );
  }
  const rows = {
    label: await readNumbers(store, holdoutKey(dataVersion, 'labels')),
    challenger: await readNumbers(store, challengerScoresKey),
    ...(championScoresKey && { champion: await readNumbers(store, championScoresKey) }),
  };
  const decision = evaluate({ rows, policy });
  const { verdict, metrics = null, reasons, deciding } = decision;
  const evaluationKey = modelKey(modelVersion, 'evaluation.json');
  await store.write(
    evaluationKey,
    formatEvaluation({
      version: 1,
      modelVersion,
      champion: champion?.modelVersion ?? null,
      dataVersion,
      rows: rows.label.length,
      verdict,
      metrics,
      reasons: reasons.map((reason) => ({ ...reason, numbers: { ...reason.numbers } })),
    }),
  );
  const report = await writeEvaluationReport(store, {
    identity: { pipeline: pipelineName, modelVersion, champion: champion?.modelVersion ?? null, dataVersion },
    rows,
    decision,
  });
  return { verdict, reasons: deciding.map(({ message }) => message), metrics, evaluationKey, report };
}

const key = z.string().check(z.minLength(1));

const request = z.object({
  modelVersion: modelVersionText,
  dataVersion: z.string().check(z.minLength(1)),
  challengerScoresKey: key,
  championScoresKey: z.nullish(key),
  champion: z.nullish(z.object({ modelVersion: modelVersionText })),
});
