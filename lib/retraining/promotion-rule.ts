import type { RuleSettings } from '../../contracts/gate-policy';
import type { ProblemKind } from '../../contracts/problem';

/** Which slices are evaluated. */
export interface SliceOptions {
  /** Columns of the data whose values make the slices. */
  readonly columns: string[];

  /**
   * How much worse than the champion a slice may be, in the metric's unit.
   * @default 0
   */
  readonly margin?: number;

  /**
   * Rows, of each class if there are classes, that a slice needs; smaller ones are named and not judged.
   * @default - the policy's `minimumRows`
   */
  readonly minimumRows?: number;
}

/** What is to be known of a rule. */
interface RuleFacts {
  /** As the gate reads it. */
  readonly settings: RuleSettings;
  /** Columns of the data that the rule reads. */
  readonly columns: string[];
  /** Problems that it is for. */
  readonly kinds: ProblemKind[];
  /** What is wrong with the parameters. */
  readonly problems: string[];
}

/** A rule that a challenger must meet. All rules of a policy must be met. */
export class PromotionRule {
  /**
   * The challenger is significantly better than the champion by more than the margin.
   *
   * @param margin in the metric's unit, 0 if it is not given
   */
  static superior(margin?: number): PromotionRule {
    return new PromotionRule(
      { rule: 'superior', margin: margin ?? 0 },
      problemsIf(!atLeast(margin ?? 0, 0), `margin must be at least 0, got ${margin}`),
    );
  }

  /**
   * The challenger is significantly less than the margin worse than the champion.
   *
   * @param margin in the metric's unit, above 0
   */
  static notInferior(margin: number): PromotionRule {
    return new PromotionRule(
      { rule: 'notInferior', margin },
      problemsIf(!(margin > 0), `margin must be above 0, got ${margin}`),
    );
  }

  /**
   * The challenger's metric is as good as the floor or better, also that of the first model.
   *
   * @param floor in the metric's unit
   */
  static atLeast(floor: number): PromotionRule {
    return new PromotionRule(
      { rule: 'atLeast', floor },
      problemsIf(!Number.isFinite(floor), `floor must be a number, got ${floor}`),
    );
  }

  /** In no slice is the challenger significantly worse than the champion by more than the margin. */
  static noSliceWorse(options: SliceOptions): PromotionRule {
    const { columns, margin = 0, minimumRows } = options;
    return new PromotionRule(
      { rule: 'noSliceWorse', columns, margin, minimumRows },
      [
        ...problemsIf(columns.length === 0, 'columns must name one at least, got []'),
        ...problemsIf(!atLeast(margin, 0), `margin must be at least 0, got ${margin}`),
        ...problemsIf(
          minimumRows !== undefined && !(Number.isInteger(minimumRows) && minimumRows >= 2),
          `minimumRows must be a whole number, at least 2, got ${minimumRows}`,
        ),
      ],
      columns,
    );
  }

  /**
   * The challenger's probabilities are right within the limit: its calibration error, less what chance would
   * show.
   *
   * @param max 0 to 1
   */
  static calibrated(max: number): PromotionRule {
    return new PromotionRule(
      { rule: 'calibrated', max },
      problemsIf(!(max >= 0 && max <= 1), `max must be 0 to 1, got ${max}`),
      [],
      ['binary'],
    );
  }

  /**
   * The challenger's archive is at most so many times as large as the champion's.
   *
   * @param ratio above 0
   */
  static sizeWithin(ratio: number): PromotionRule {
    return new PromotionRule(
      { rule: 'sizeWithin', ratio },
      problemsIf(!(ratio > 0), `ratio must be above 0, got ${ratio}`),
    );
  }

  /**
   * Between any two values of a column, the challenger's metric differs by significantly less than the limit.
   *
   * @param column of the data, such as one with age groups
   * @param max in the metric's unit, above 0
   */
  static fairnessGap(column: string, max: number): PromotionRule {
    return new PromotionRule(
      { rule: 'fairnessGap', column, max },
      problemsIf(!(max > 0), `max must be above 0, got ${max}`),
      [column],
    );
  }

  /**
   * The challenger, also the first model, is significantly better than a column of the data used as the
   * answer: the last known value, or the result of another rule.
   *
   * @param column of the data
   */
  static betterThanColumn(column: string): PromotionRule {
    return new PromotionRule(
      { rule: 'betterThanColumn', column },
      problemsIf(column === '', 'column must be named'),
      [column],
      ['binary', 'regression'],
    );
  }

  private constructor(
    private readonly settings: RuleSettings,
    private readonly problems: string[],
    private readonly columns: string[] = [],
    private readonly kinds: ProblemKind[] = ['binary', 'multiClass', 'regression'],
  ) {}

  /** @internal */
  public _facts(): RuleFacts {
    const { settings, columns, kinds } = this;
    const problems = this.problems.map((problem) => `promotion.rules ${settings.rule}: ${problem}`);
    return { settings, columns, kinds, problems };
  }
}

function atLeast(value: number, least: number): boolean {
  return Number.isFinite(value) && value >= least;
}

function problemsIf(isProblem: boolean, problem: string): string[] {
  return isProblem ? [problem] : [];
}
