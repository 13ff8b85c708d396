import type { ArtifactStore } from '../aws/store';
import type { EvaluationReport } from '../domain/gate/evaluation-report';
import { measureRows } from '../domain/gate/measure';
import { measureSlices } from '../domain/gate/measure-slices';
import type { GateDecision } from '../domain/gate/promotion-gate';
import { evaluationPage } from '../domain/pages/evaluation/evaluation-page';
import { modelKey } from '../domain/records/bucket-layout';

export interface Judgement {
  readonly identity: Pick<EvaluationReport, 'pipeline' | 'modelVersion' | 'champion' | 'dataVersion'>;
  /** Of the holdout. */
  readonly rows: number;
  /** What to bear in mind of them. */
  readonly warning?: string;
  readonly decision: GateDecision;
}

/** Writes how a version was judged, as JSON and as a page. @returns where the page is */
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
  const page = modelKey(identity.modelVersion, 'evaluation-report.html');
  await store.writeJson(modelKey(identity.modelVersion, 'evaluation-report.json'), report);
  await store.write(page, evaluationPage(report));
  return store.uriOf(page);
}
