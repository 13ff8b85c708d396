import type { EvaluationReport } from './evaluation-report';
import { measureRows } from './measure';
import { measureSlices } from './measure-slices';
import type { GateDecision } from './promotion-gate';

export interface Judgement {
  readonly identity: Pick<EvaluationReport, 'pipeline' | 'modelVersion' | 'champion' | 'dataVersion'>;
  /** Of the holdout. */
  readonly rows: number;
  /** What to bear in mind of them. */
  readonly warning?: string;
  readonly decision: GateDecision;
}

/** How a challenger was judged, with its curves. */
export function reportEvaluation({ identity, rows, warning, decision }: Judgement): EvaluationReport {
  const { verdict, deciding, reasons, evidence } = decision;
  return {
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
}
