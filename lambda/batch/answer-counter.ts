import type { Baseline } from '../domain/data/baseline';
import { certaintiesOf } from '../domain/data/certainty';
import type { ProfileCounter } from '../domain/data/profile-counter';
import { answersOf } from '../domain/traffic/answers';
import type { RowPrediction } from './row-answer';

/** Counts the answers of rows as the monitors count those of requests. */
export class AnswerCounter {
  constructor(
    readonly profile: ProfileCounter,
    private readonly baseline: Baseline,
  ) {}

  add(prediction: RowPrediction['prediction'], probabilities: RowPrediction['probabilities']): void {
    // As most models answer.
    if (!probabilities && typeof prediction === 'number') {
      this.profile.addAnswer(prediction);
      return;
    }
    const scores = [probabilities ?? prediction].flat();
    const numbers = scores.every((score) => typeof score === 'number') ? (scores as number[]) : undefined;
    const [answer] = numbers ? answersOf(numbers, numbers.length) : [];
    const [certainty] =
      this.baseline.certainty && numbers && numbers.length > 2 ? certaintiesOf(numbers, numbers.length) : [];
    this.profile.addAnswer(answer, certainty);
  }

  /** Of a row without an answer. */
  addMissing(): void {
    this.profile.addAnswer(undefined);
  }
}
