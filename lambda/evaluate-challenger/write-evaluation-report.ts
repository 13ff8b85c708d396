import type { ArtifactStore } from '../aws/store';
import type { EvaluationReport } from '../domain/gate/evaluation-report';
import { measureRows } from '../domain/gate/measure';
import { measureSlices } from '../domain/gate/measure-slices';
import type { GateDecision } from '../domain/gate/promotion-gate';
import { evaluationPage } from '../domain/pages/evaluation/evaluation-page';
import { type EvaluationFile, evaluationKey, modelKey } from '../domain/records/bucket-layout';

export interface Judgement {
  readonly identity: Pick<EvaluationReport, 'pipeline' | 'modelVersion' | 'champion' | 'dataVersion'>;
  /** Of the holdout. */
  readonly rows: number;
  /** What to bear in mind of them. */
  readonly warning?: string;
  readonly decision: GateDecision;
}

/**
 * Writes how a version was judged, as JSON and as a page, where this evaluation stays and where the newest
 * one is.
 *
 * @returns `s3://` URI of the page that stays
 */
export async function writeEvaluationReport(
  store: ArtifactStore,
  { identity, rows, warning, decision }: Judgement,
): Promise<string> {
  const { verdict, deciding, reasons, evidence } = decision;
  const report: EvaluationReport = {
    version: 1,
    ...identity,
    rows,
    warning,
    verdict,
    deciding: deciding.map(({ message }) => message),
    reasons: reasons.map(({ rule, passed, message }) => ({ rule, passed, message })),
    // What the gate could not measure, has no curves either.
    ...(evidence ? { ...measureRows(evidence), ...measureSlices(evidence) } : { metrics: [] }),
  };
  const { modelVersion, champion } = identity;
  const page = evaluationPage(report);
  for (const keyOf of [
    (file: EvaluationFile) => evaluationKey(modelVersion, champion, file),
    (file: EvaluationFile) => modelKey(modelVersion, file),
  ]) {
    await store.writeJson(keyOf('evaluation-report.json'), report);
    await store.write(keyOf('evaluation-report.html'), page);
  }
  return store.uriOf(evaluationKey(modelVersion, champion, 'evaluation-report.html'));
}
