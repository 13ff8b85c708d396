/** What the labels are that a metric is of. */
export enum LabelKind {
  /** 0 or 1. */
  CLASSES = 'classes',
  /** Any numbers: regression. */
  NUMBERS = 'numbers',
  /** Whole numbers from 0: several classes. */
  CATEGORIES = 'categories',
}

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

/** A metric as the gate reads it. */
export interface PromotionMetricSettings {
  /** Such as `logLoss`. */
  readonly name: string;
  readonly labels: LabelKind;
  /** Thresholds, costs and the like, by name. */
  readonly numbers: { [name: string]: number };
  /** What is wrong with them. */
  readonly problems: string[];
}

/** The metric by which challenger and champion are compared. Each has a paired test of its own. */
export class PromotionMetric {
  /** Area under the ROC curve, for labels 0 and 1. DeLong's test. */
  static auc(): PromotionMetric {
    return new PromotionMetric('auc', LabelKind.CLASSES);
  }

  /** Average precision, for labels 0 and 1 of which 1 is rare. */
  static averagePrecision(): PromotionMetric {
    return new PromotionMetric('averagePrecision', LabelKind.CLASSES);
  }

  /** Mean negative log-likelihood of probabilities, for labels 0 and 1. */
  static logLoss(): PromotionMetric {
    return new PromotionMetric('logLoss', LabelKind.CLASSES);
  }

  /** Mean squared error of probabilities, for labels 0 and 1. */
  static brier(): PromotionMetric {
    return new PromotionMetric('brier', LabelKind.CLASSES);
  }

  /** Mean distance between probabilities and shares of class 1. */
  static calibrationError(): PromotionMetric {
    return new PromotionMetric('calibrationError', LabelKind.CLASSES);
  }

  /** Share of right answers, for labels 0 and 1. McNemar's test. */
  static accuracy(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric('accuracy', LabelKind.CLASSES, { threshold: options.threshold ?? 0.5 });
  }

  /** F1, for labels 0 and 1. */
  static f1(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric('f1', LabelKind.CLASSES, { threshold: options.threshold ?? 0.5 });
  }

  /** Mean cost of the answers, for labels 0 and 1. A cost that differs from row to row is the weight column. */
  static cost(options: CostOptions): PromotionMetric {
    const { threshold = 0.5, truePositive = 0, trueNegative = 0, ...costs } = options;
    return new PromotionMetric('cost', LabelKind.CLASSES, {
      ...costs,
      truePositive,
      trueNegative,
      threshold,
    });
  }

  /** Mean absolute error of numbers. */
  static mae(): PromotionMetric {
    return new PromotionMetric('mae', LabelKind.NUMBERS);
  }

  /** Root of the mean squared error of numbers. */
  static rmse(): PromotionMetric {
    return new PromotionMetric('rmse', LabelKind.NUMBERS);
  }

  /**
   * Quantile loss of numbers that predict a quantile of the label.
   *
   * @param quantile between 0 and 1
   */
  static quantileLoss(quantile: number): PromotionMetric {
    const problems =
      quantile > 0 && quantile < 1 ? [] : [`quantile must be between 0 and 1, got ${quantile}`];
    return new PromotionMetric('quantileLoss', LabelKind.NUMBERS, { quantile }, problems);
  }

  /** Mean F1 of several classes: labels and answers are their numbers. */
  static macroF1(): PromotionMetric {
    return new PromotionMetric('macroF1', LabelKind.CATEGORIES);
  }

  private constructor(
    private readonly name: string,
    private readonly labels: LabelKind,
    private readonly numbers: { [name: string]: number } = {},
    private readonly problems: string[] = [],
  ) {}

  /** The metric as the gate reads it. */
  bind(): PromotionMetricSettings {
    const notFinite = Object.entries(this.numbers)
      .filter(([, value]) => !Number.isFinite(value))
      .map(([name, value]) => `${name} must be a finite number, got ${value}`);
    return {
      name: this.name,
      labels: this.labels,
      numbers: this.numbers,
      problems: [...this.problems, ...notFinite].map(
        (problem) => `promotion.metric ${this.name}: ${problem}`,
      ),
    };
  }
}
