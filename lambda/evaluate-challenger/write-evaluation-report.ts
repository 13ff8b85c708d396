import type { ArtifactStore } from '../aws/store';
import { modelKey } from '../domain/bucket-layout';
import { evaluationPage } from '../domain/evaluation-report/evaluation-page';
import type { EvaluationReport } from '../domain/evaluation-report/evaluation-report';
import { measureRows } from '../domain/evaluation-report/measure';
import type { GateRows } from '../domain/gate-rules/rule';
import type { GateDecision } from '../domain/promotion-gate';

export interface Judgement {
  readonly identity: Pick<EvaluationReport, 'pipeline' | 'modelVersion' | 'champion' | 'dataVersion'>;
  readonly rows: GateRows;
  readonly decision: GateDecision;
}

/** Writes how a version was judged, as JSON and as a page. @returns where the page is */
export async function writeEvaluationReport(
  store: ArtifactStore,
  { identity, rows, decision }: Judgement,
): Promise<string> {
  const numbers = (column: GateRows['challenger']) => Float64Array.from(column, Number);
  const { verdict, deciding, reasons, metrics } = decision;
  const report: EvaluationReport = {
    version: 1,
    ...identity,
    rows: rows.label.length,
    verdict,
    deciding: deciding.map(({ message }) => message),
    reasons: reasons.map(({ rule, passed, message }) => ({ rule, passed, message })),
    // What the gate could not measure, has no curves either.
    ...(metrics
      ? measureRows({
          labels: numbers(rows.label),
          challenger: numbers(rows.challenger),
          ...(rows.champion && { champion: numbers(rows.champion) }),
        })
      : { metrics: [] }),
  };
  const page = modelKey(identity.modelVersion, 'evaluation-report.html');
  await store.writeJson(modelKey(identity.modelVersion, 'evaluation-report.json'), report);
  await store.write(page, evaluationPage(report));
  return store.uriOf(page);
}
