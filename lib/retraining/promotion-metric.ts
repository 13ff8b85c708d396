import { ProblemKind, type ProblemType } from '../problem-type';

/** A metric of answers that are 1 from some score on. */
export interface ThresholdOptions {
  /**
   * Scores of at least this are taken for class 1.
   * @default 0.5
   */
  readonly threshold?: number;
}

/** What right and wrong answers cost, in a unit of yours. Negative costs are gains. */
export interface CostOptions extends ThresholdOptions {
  /** Cost of taking a row of class 0 for one of class 1. */
  readonly falsePositive: number;
  /** Cost of taking a row of class 1 for one of class 0. */
  readonly falseNegative: number;
  /** @default 0 */
  readonly truePositive?: number;
  /** @default 0 */
  readonly trueNegative?: number;
}

/** What each row costs by itself. */
export interface CostColumnsOptions extends ThresholdOptions {
  /** Columns of the data with what a row costs if it is taken for class 0, for class 1, and so on. Negative costs are gains. */
  readonly columns: string[];
}

/** A metric as the gate reads it. */
export interface PromotionMetricSettings {
  /** Such as `logLoss`. */
  readonly name: string;
  /** Thresholds, costs and the like, by name. */
  readonly numbers: { [name: string]: number };
  /** Columns of the data that it looks at. */
  readonly columns: string[];
  /** What is wrong with them. */
  readonly problems: string[];
}

const { BINARY, MULTI_CLASS, REGRESSION } = ProblemKind;
const CLASSES = [BINARY, MULTI_CLASS];

/** The metric by which challenger and champion are compared. Each has a paired test of its own. */
export class PromotionMetric {
  /** Area under the ROC curve, of two classes. DeLong's test. */
  static auc(): PromotionMetric {
    return new PromotionMetric('auc', [BINARY]);
  }

  /** Average precision, of two classes of which 1 is rare. */
  static averagePrecision(): PromotionMetric {
    return new PromotionMetric('averagePrecision', [BINARY]);
  }

  /** Mean negative log-likelihood of probabilities, of two or several classes. */
  static logLoss(): PromotionMetric {
    return new PromotionMetric('logLoss', CLASSES);
  }

  /** Mean squared error of probabilities, of two classes. */
  static brier(): PromotionMetric {
    return new PromotionMetric('brier', [BINARY]);
  }

  /** Mean distance between probabilities and shares of class 1. */
  static calibrationError(): PromotionMetric {
    return new PromotionMetric('calibrationError', [BINARY]);
  }

  /**
   * Share of right answers, of two or several classes. McNemar's test for two.
   *
   * @param options for two classes; of several the most likely one is the answer
   */
  static accuracy(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric('accuracy', CLASSES, { ...options });
  }

  /** F1, of two classes. */
  static f1(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric('f1', [BINARY], { ...options });
  }

  /** Mean F1 of several classes, of which the most likely one is the answer. */
  static macroF1(): PromotionMetric {
    return new PromotionMetric('macroF1', [MULTI_CLASS]);
  }

  /** Mean cost of the answers, of two classes. */
  static cost(options: CostOptions): PromotionMetric {
    return new PromotionMetric('cost', [BINARY], { ...options });
  }

  /**
   * Mean cost of the answers, of two or several classes, which the data tell of each row: a loan that is not paid back costs what was lent.
   */
  static costColumns(options: CostColumnsOptions): PromotionMetric {
    const { columns, ...numbers } = options;
    return new PromotionMetric('costColumns', CLASSES, { ...numbers }, [], columns);
  }

  /** Mean absolute error of numbers. */
  static mae(): PromotionMetric {
    return new PromotionMetric('mae', [REGRESSION]);
  }

  /** Root of the mean squared error of numbers. */
  static rmse(): PromotionMetric {
    return new PromotionMetric('rmse', [REGRESSION]);
  }

  /**
   * Quantile loss of numbers that predict a quantile of the label.
   *
   * @param quantile between 0 and 1
   */
  static quantileLoss(quantile: number): PromotionMetric {
    const problems =
      quantile > 0 && quantile < 1 ? [] : [`quantile must be between 0 and 1, got ${quantile}`];
    return new PromotionMetric('quantileLoss', [REGRESSION], { quantile }, problems);
  }

  /**
   * What is compared if nothing is said.
   *
   * @internal
   */
  public static _defaultOf(problem: ProblemType): PromotionMetric {
    switch (problem.bind().type) {
      case BINARY:
        return PromotionMetric.auc();
      case MULTI_CLASS:
        return PromotionMetric.logLoss();
      case REGRESSION:
        return PromotionMetric.mae();
    }
  }

  private constructor(
    private readonly name: string,
    private readonly kinds: ProblemKind[],
    private readonly numbers: { [name: string]: number | undefined } = {},
    private readonly problems: string[] = [],
    private readonly columns: string[] = [],
  ) {}

  /** The metric as the gate reads it. */
  bind(problem: ProblemType): PromotionMetricSettings {
    const { type, classes } = problem.bind();
    const numbers = Object.fromEntries(
      Object.entries({ ...this.numbers, ...(this.columns.length === 0 && { classes }) }).filter(
        (entry): entry is [string, number] => entry[1] !== undefined,
      ),
    );
    const notFinite = Object.entries(numbers)
      .filter(([, value]) => !Number.isFinite(value))
      .map(([name, value]) => `${name} must be a finite number, got ${value}`);
    return {
      name: this.name,
      numbers,
      columns: this.columns,
      problems: [...this.problems, ...notFinite, ...this.misfits(type, classes)].map(
        (found) => `promotion.metric ${this.name}: ${found}`,
      ),
    };
  }

  private misfits(type: ProblemKind, classes: number | undefined): string[] {
    if (!this.kinds.includes(type))
      return [`it is for ${this.kinds.join(' or ')}, and the problem is ${type}`];
    if (type === MULTI_CLASS && this.numbers.threshold !== undefined) {
      return ['threshold is for two classes; of several the most likely one is the answer'];
    }
    const answers = classes ?? 2;
    if (this.name === 'costColumns' && this.columns.length !== answers) {
      return [`columns must name one for each of the ${answers} classes, got [${this.columns.join(', ')}]`];
    }
    return [];
  }
}
