import type { Problem } from '../contracts/problem';

/** What a model predicts: what labels and answers are, and by what they are checked, compared and watched. */
export class ProblemType {
  /**
   * Labels are 0 or 1. A row is answered by one number that is the higher the likelier 1 is; by a
   * probability, for most metrics.
   */
  static binary(): ProblemType {
    return new ProblemType({ type: 'binary' });
  }

  /**
   * Labels are whole numbers from 0 to `classes - 1`. A row is answered by one line of as many probabilities,
   * separated by commas, that add up to 1.
   *
   * @param classes at least 3
   */
  static multiClass(classes: number): ProblemType {
    return new ProblemType({ type: 'multiClass', classes });
  }

  /** Labels are numbers, and so are answers. */
  static regression(): ProblemType {
    return new ProblemType({ type: 'regression' });
  }

  private constructor(private readonly settings: Problem) {}

  /**
   * What is wrong with it.
   *
   * @internal
   */
  public _problems(): string[] {
    if (this.settings.type !== 'multiClass') return [];
    const { classes } = this.settings;
    return Number.isInteger(classes) && classes >= 3 && classes <= 1000
      ? []
      : [
          `problem.multiClass must have 3 to 1,000 classes, got ${classes}: for two there is ProblemType.binary()`,
        ];
  }

  /**
   * The problem as the functions of a pipeline read it.
   *
   * @internal
   */
  public _settings(): Problem {
    return this.settings;
  }
}
