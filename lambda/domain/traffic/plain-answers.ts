import { answersOf, scoresPerRow } from './answers';
import type { CapturedRequest } from './capture';
import type { PlainLines } from './plain-lines';

type Answers = Pick<CapturedRequest, 'predictions' | 'probabilities'>;

/** Reads answers in plain CSV where their bytes are, to the same as `readRecord`. */
export class PlainAnswers {
  private readonly numbers: number[] = [];

  /**
   * Undefined if there is not one answer a row, or one is no finite number. What is returned is only good
   * until the next call.
   */
  read(bytes: Uint8Array, output: PlainLines, rows: number): Answers | undefined {
    const { numbers } = this;
    const count = output.readNumbers(bytes, numbers);
    if (count <= 0) return undefined;
    numbers.length = count;
    if (count === rows) return { predictions: numbers };
    const scores = [...numbers];
    const each = scoresPerRow(scores, rows);
    if (each === undefined) return undefined;
    return { predictions: answersOf(scores, each), ...(each > 2 && { probabilities: scores }) };
  }
}
