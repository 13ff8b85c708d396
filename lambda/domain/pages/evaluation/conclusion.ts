import type { EvaluationReport } from '../../gate/evaluation-report';

/** What the verdict on a version means, in a sentence. */
export function sentenceOf({ verdict, modelVersion, champion }: EvaluationReport): string {
  switch (verdict) {
    case 'promote':
      return champion
        ? `Version ${modelVersion} may replace ${champion}`
        : `Version ${modelVersion} may be the first in production`;
    case 'needs-person':
      return `Somebody must decide on version ${modelVersion}`;
    default:
      return champion
        ? `Version ${modelVersion} does not replace ${champion}`
        : `Version ${modelVersion} does not go into production`;
  }
}
