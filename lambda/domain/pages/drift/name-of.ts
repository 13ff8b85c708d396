import { CONFIDENCE, ENTROPY, isOfAnswers, PREDICTION } from '../../traffic/answer-names';
import { printable } from './drift-words';

/** A feature, or the model's answers, as people read it. */
export function nameOf(feature: string): string {
  return isOfAnswers(feature) ? ANSWERS[feature] : printable(feature);
}

const ANSWERS = {
  [PREDICTION]: "the model's answers",
  [CONFIDENCE]: 'the confidence of the answers',
  [ENTROPY]: 'the entropy of the answers',
};
