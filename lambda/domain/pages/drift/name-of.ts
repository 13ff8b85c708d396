import { printable } from './drift-words';

/** A feature, or the model's answers, as people read it. */
export function nameOf(feature: string): string {
  return feature === 'prediction' ? "the model's answers" : printable(feature);
}
