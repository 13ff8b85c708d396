import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GatePolicy } from '../../contracts/gate-policy';
import type { ProblemType } from '../problem-type';
import { Validation } from '../runtime/validation';
import { PromotionMetric } from './promotion-metric';
import { PromotionRule } from './promotion-rule';

/** What happens to a challenger if there are too few data to judge it. */
export enum UndecidedAction {
  /** It is refused, and the champion stays. */
  KEEP = 'keep',
  /** A person approves or rejects it. */
  ASK_PERSON = 'needs-person',
}

/** When a challenger may replace the champion: both are scored on the same holdout. */
export interface PromotionPolicyProps {
  /**
   * What champion and challenger are compared by.
   * @default - AUC, log loss of several classes, or mean absolute error of numbers
   */
  readonly metric?: PromotionMetric;

  /**
   * The rules that a challenger must meet; they must include `superior` or `notInferior`. The first model,
   * which has no champion, must meet `atLeast` and `betterThanColumn`, or without both be significantly
   * better than the best answer that is the same for all rows.
   * @default [PromotionRule.superior()]
   */
  readonly rules?: PromotionRule[];

  /**
   * Probability of promoting a challenger that is no better, over all retrainings that are judged on the same
   * holdout: each has less of it, the first 83 %.
   * @default 0.05
   */
  readonly alpha?: number;

  /**
   * Column of the data with how much each row counts, at least 0.
   * @default - all rows count alike
   */
  readonly weightColumn?: string;

  /**
   * Column of the data that names the group of each row, such as a customer: rows of a group may depend on
   * each other.
   * @default - each row is its own group
   */
  readonly groupColumn?: string;

  /**
   * Rows, of each class if there are classes, that the holdout and each slice need to be judged.
   * @default 30
   */
  readonly minimumRows?: number;

  /** @default UndecidedAction.KEEP */
  readonly ifUndecided?: UndecidedAction;

  /**
   * Timeout of a person's answer; after it, the challenger is not released. No other retraining starts
   * meanwhile.
   * @default 3 days
   */
  readonly approvalTimeout?: Duration;
}

/** Columns that say how rows count. */
export interface JudgingColumns {
  readonly weightColumn?: string;
  readonly groupColumn?: string;
}

/** The policy as the functions of the retraining read it. */
export interface PromotionPolicy {
  /**
   * As the gate reads it.
   *
   * @internal
   */
  readonly _gate: GatePolicy;
  readonly judgedBy: JudgingColumns;
  /** All columns that the gate needs beside label and scores. */
  readonly columns: string[];
  /** Timeout of a person's answer; undefined if no person is asked. */
  readonly approvalTimeout?: Duration;
}

/**
 * The policy as the gate reads it.
 *
 * @throws Error that lists everything that is wrong with it
 */
export function resolvePromotionPolicy(
  scope: Construct,
  problem: ProblemType,
  { metric, rules, alpha = 0.05, minimumRows = 30, ...props }: PromotionPolicyProps = {},
): PromotionPolicy {
  const judged = (metric ?? PromotionMetric._defaultOf(problem))._facts(problem);
  const all = (rules ?? [PromotionRule.superior()]).map((rule) => rule._facts());
  const names = all.map(({ settings }) => settings.rule);
  const validation = new Validation(scope)
    .check(alpha, alpha >= 1e-6 && alpha < 0.5, 'promotion.alpha must be 0.000001 to 0.5')
    .check(
      minimumRows,
      Number.isInteger(minimumRows) && minimumRows >= 2,
      'promotion.minimumRows must be a whole number, at least 2',
    )
    .check(
      names,
      names.includes('superior') || names.includes('notInferior'),
      'promotion.rules must include superior or notInferior, which compare with the champion',
    );
  const asksPerson = props.ifUndecided === UndecidedAction.ASK_PERSON;
  const approvalTimeout = props.approvalTimeout ?? Duration.days(3);
  validation
    .check(
      props.approvalTimeout,
      props.approvalTimeout === undefined || asksPerson,
      'promotion.approvalTimeout needs promotion.ifUndecided: UndecidedAction.ASK_PERSON, because otherwise nobody is asked',
    )
    .check(
      approvalTimeout.toHumanString(),
      approvalTimeout.toSeconds() >= 60 && approvalTimeout.toDays({ integral: false }) <= 360,
      'promotion.approvalTimeout must be 1 minute to 360 days: an execution of Step Functions lasts a year at most',
    );
  for (const found of [...judged.problems, ...all.flatMap((rule) => rule.problems)]) validation.add(found);
  const { type } = problem._settings();
  for (const { settings, kinds } of all) {
    if (kinds.includes(type)) continue;
    validation.add(
      `promotion.rules ${settings.rule}: it is for ${kinds.join(' or ')}, and the problem is ${type}`,
    );
  }
  validation.finish();
  const { weightColumn, groupColumn, ifUndecided = UndecidedAction.KEEP } = props;
  return {
    _gate: {
      metric: judged.settings,
      alpha,
      rules: all.map(({ settings }) => settings),
      minimumRows,
      ifUndecided,
    },
    judgedBy: { weightColumn, groupColumn },
    columns: [
      ...new Set(
        [weightColumn ?? [], groupColumn ?? [], judged.columns, ...all.map(({ columns }) => columns)].flat(),
      ),
    ],
    ...(asksPerson && { approvalTimeout }),
  };
}
