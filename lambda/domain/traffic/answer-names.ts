/** The model's answers, in reports on drift. */
export const PREDICTION = 'prediction';
export const CONFIDENCE = 'prediction.confidence';
export const ENTROPY = 'prediction.entropy';

type AnswerName = typeof PREDICTION | typeof CONFIDENCE | typeof ENTROPY;

/** Whether a name is one of answers, instead of a feature. */
export function isOfAnswers(name: string): name is AnswerName {
  return name === PREDICTION || name === CONFIDENCE || name === ENTROPY;
}
