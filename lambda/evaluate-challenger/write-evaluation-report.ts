import type { ArtifactStore } from '../aws/store';
import { type Judgement, reportEvaluation } from '../domain/gate/report-evaluation';
import { evaluationPage } from '../domain/pages/evaluation/evaluation-page';
import { type EvaluationFile, evaluationKey, modelKey } from '../domain/records/bucket-layout';

/**
 * Writes how a version was judged, as JSON and as a page, where this evaluation stays and where the newest
 * one is.
 *
 * @returns `s3://` URI of the page that stays
 */
export async function writeEvaluationReport(store: ArtifactStore, judgement: Judgement): Promise<string> {
  const report = reportEvaluation(judgement);
  const { modelVersion, champion } = report;
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
