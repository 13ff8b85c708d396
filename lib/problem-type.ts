/** Kinds of problems, as the functions of a pipeline read them. */
export enum ProblemKind {
  BINARY = 'binary',
  MULTI_CLASS = 'multiClass',
  REGRESSION = 'regression',
}

/** A problem as the functions of a pipeline read it. */
export interface ProblemSettings {
  readonly type: ProblemKind;
  /** How many there are, of several classes. */
  readonly classes?: number;
}

/** What a model predicts: what labels and answers are, and by what they are checked, compared and watched. */
export class ProblemType {
  /** Labels are 0 or 1. A row is answered by one number that is the higher the likelier 1 is; by a probability, for most metrics. */
  static binary(): ProblemType {
    return new ProblemType({ type: ProblemKind.BINARY });
  }

  /**
   * Labels are whole numbers from 0 to `classes - 1`. A row is answered by one line of as many probabilities, separated by commas,
   * that add up to 1.
   *
   * @param classes at least 3
   */
  static multiClass(classes: number): ProblemType {
    return new ProblemType({ type: ProblemKind.MULTI_CLASS, classes });
  }

  /** Labels are numbers, and so are answers. */
  static regression(): ProblemType {
    return new ProblemType({ type: ProblemKind.REGRESSION });
  }

  private constructor(private readonly settings: ProblemSettings) {}

  /** What is wrong with it. */
  problems(): string[] {
    const { classes = 3 } = this.settings;
    return Number.isInteger(classes) && classes >= 3 && classes <= 1000
      ? []
      : [
          `problem.multiClass must have 3 to 1,000 classes, got ${classes}: for two there is ProblemType.binary()`,
        ];
  }

  /** The problem as the functions of a pipeline read it. */
  bind(): ProblemSettings {
    return this.settings;
  }
}
