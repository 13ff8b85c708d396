import type { MetricSettings } from '../../contracts/gate-policy';
import type { Problem, ProblemKind } from '../../contracts/problem';
import type { ProblemType } from '../problem-type';

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
  /**
   * Columns of the data with what a row costs if it is taken for class 0, for class 1, and so on. Negative
   * costs are gains.
   */
  readonly columns: string[];
}

/** What is to be known of a metric for a problem. */
interface MetricFacts {
  /** As the gate reads it. */
  readonly settings: MetricSettings;
  /** Columns of the data that it reads. */
  readonly columns: readonly string[];
  /** What is wrong with it. */
  readonly problems: string[];
}

const BINARY: ProblemKind[] = ['binary'];
const CLASSES: ProblemKind[] = ['binary', 'multiClass'];
const REGRESSION: ProblemKind[] = ['regression'];

/** The metric by which challenger and champion are compared. Each has its own paired test. */
export class PromotionMetric {
  /** Area under the ROC curve, of two classes. DeLong's test. */
  static auc(): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'auc' }));
  }

  /** Average precision, of two classes of which 1 is rare. */
  static averagePrecision(): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'averagePrecision' }));
  }

  /** Mean negative log-likelihood of probabilities, of two or several classes. */
  static logLoss(): PromotionMetric {
    return new PromotionMetric(CLASSES, (classes) => ({ name: 'logLoss', classes }));
  }

  /** Mean squared error of probabilities, of two classes. */
  static brier(): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'brier' }));
  }

  /** Mean distance between probabilities and shares of class 1. */
  static calibrationError(): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'calibrationError' }));
  }

  /**
   * Share of right answers, of two or several classes. McNemar's test for two.
   *
   * @param options for two classes; of several the most likely one is the answer
   */
  static accuracy(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric(CLASSES, (classes) => ({ name: 'accuracy', classes, ...options }));
  }

  /** F1, of two classes. */
  static f1(options: ThresholdOptions = {}): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'f1', ...options }));
  }

  /** Mean F1 of several classes, of which the most likely one is the answer. */
  static macroF1(): PromotionMetric {
    return new PromotionMetric(['multiClass'], (classes = 0) => ({ name: 'macroF1', classes }));
  }

  /** Mean cost of the answers, of two classes. */
  static cost(options: CostOptions): PromotionMetric {
    return new PromotionMetric(BINARY, () => ({ name: 'cost', ...options }));
  }

  /**
   * Mean cost of the answers, for two or several classes, from columns of the data: a loan that is not paid
   * back costs the amount of the loan.
   */
  static costColumns(options: CostColumnsOptions): PromotionMetric {
    return new PromotionMetric(CLASSES, () => ({ name: 'costColumns', ...options }));
  }

  /** Mean absolute error of numbers. */
  static mae(): PromotionMetric {
    return new PromotionMetric(REGRESSION, () => ({ name: 'mae' }));
  }

  /** Root of the mean squared error of numbers. */
  static rmse(): PromotionMetric {
    return new PromotionMetric(REGRESSION, () => ({ name: 'rmse' }));
  }

  /**
   * Quantile loss of numbers that predict a quantile of the label.
   *
   * @param quantile between 0 and 1
   */
  static quantileLoss(quantile: number): PromotionMetric {
    const problems =
      quantile > 0 && quantile < 1 ? [] : [`quantile must be between 0 and 1, got ${quantile}`];
    return new PromotionMetric(REGRESSION, () => ({ name: 'quantileLoss', quantile }), problems);
  }

  /**
   * What is compared if nothing is said.
   *
   * @internal
   */
  public static _defaultOf(problem: ProblemType): PromotionMetric {
    switch (problem._settings().type) {
      case 'binary':
        return PromotionMetric.auc();
      case 'multiClass':
        return PromotionMetric.logLoss();
      case 'regression':
        return PromotionMetric.mae();
    }
  }

  private constructor(
    private readonly kinds: ProblemKind[],
    private readonly settingsFor: (classes: number | undefined) => MetricSettings,
    private readonly problems: string[] = [],
  ) {}

  /** @internal */
  public _facts(problem: ProblemType): MetricFacts {
    const kind = problem._settings();
    const settings = this.settingsFor(kind.type === 'multiClass' ? kind.classes : undefined);
    const notFinite = Object.entries(settings)
      .filter(([, value]) => typeof value === 'number' && !Number.isFinite(value))
      .map(([name, value]) => `${name} must be a finite number, got ${value}`);
    return {
      settings,
      columns: 'columns' in settings ? settings.columns : [],
      problems: [...this.problems, ...notFinite, ...this.misfits(settings, kind)].map(
        (found) => `promotion.metric ${settings.name}: ${found}`,
      ),
    };
  }

  private misfits(settings: MetricSettings, problem: Problem): string[] {
    const { type } = problem;
    if (!this.kinds.includes(type)) {
      return [`it is for ${this.kinds.join(' or ')}, and the problem is ${type}`];
    }
    if (type === 'multiClass' && 'threshold' in settings && settings.threshold !== undefined) {
      return ['threshold is for two classes; with several classes the most likely one is the answer'];
    }
    const answers = type === 'multiClass' ? problem.classes : 2;
    if (settings.name === 'costColumns' && settings.columns.length !== answers) {
      return [
        `columns must name one for each of the ${answers} classes, got [${settings.columns.join(', ')}]`,
      ];
    }
    return [];
  }
}
