import { createHash } from 'node:crypto';
import type { Validation } from '../runtime/validation';

/** How a range is searched. */
export enum RangeScale {
  /** Each part of the range as often as every other one. */
  LINEAR = 'Linear',
  /** Each order of magnitude as often as every other one; the range must be above 0. */
  LOGARITHMIC = 'Logarithmic',
}

/** Which values of the objective are better. */
export enum TuningGoal {
  MAXIMIZE = 'Maximize',
  MINIMIZE = 'Minimize',
}

/** How the next values are chosen. */
export enum TuningStrategy {
  /** By chance, and in each retraining the same: by a seed. */
  RANDOM = 'Random',
  /** By what came of those before. The local cloud tries values near the best ones so far. */
  BAYESIAN = 'Bayesian',
}

/**
 * What a retraining tries for its hyperparameters: it trains several times, and the best of those is the
 * challenger.
 */
export interface HyperparameterTuning {
  /** What is tried for each hyperparameter, by its name; at most 30. */
  readonly ranges: { [name: string]: HyperparameterRange };

  /**
   * The metric of `training.metrics` that determines the best training. The script measures it on training
   * data that it holds out; the holdout is for the gate.
   */
  readonly objective: string;

  /** @default TuningGoal.MAXIMIZE */
  readonly goal?: TuningGoal;

  /** @default TuningStrategy.RANDOM */
  readonly strategy?: TuningStrategy;

  /**
   * How many times a retraining trains.
   * @default 10
   */
  readonly maximumTrainings?: number;

  /**
   * How many of them at the same time.
   * @default 2
   */
  readonly parallelTrainings?: number;
}

/** The values that are tried for a hyperparameter. */
export abstract class HyperparameterRange {
  /** Whole numbers, both ends among them. */
  static integer(minimum: number, maximum: number, scale?: RangeScale): HyperparameterRange {
    return new NumberRange('Integer', minimum, maximum, scale);
  }

  /** Any numbers between two. */
  static continuous(minimum: number, maximum: number, scale?: RangeScale): HyperparameterRange {
    return new NumberRange('Continuous', minimum, maximum, scale);
  }

  /** One of some texts. */
  static anyOf(...values: string[]): HyperparameterRange {
    return new CategoricalRange(values);
  }

  /**
   * What is wrong with it, if anything.
   * @internal
   */
  abstract _problem(): string | undefined;

  /**
   * As a member of SageMaker's `ParameterRanges`, and which one.
   * @internal
   */
  abstract _bind(name: string): { readonly list: string; readonly range: object };
}

class NumberRange extends HyperparameterRange {
  constructor(
    private readonly kind: 'Integer' | 'Continuous',
    private readonly minimum: number,
    private readonly maximum: number,
    private readonly scale: RangeScale = RangeScale.LINEAR,
  ) {
    super();
  }

  _problem(): string | undefined {
    const { kind, minimum, maximum, scale } = this;
    if (kind === 'Integer' && !(Number.isInteger(minimum) && Number.isInteger(maximum)))
      return 'must have whole numbers as its ends';
    if (!(minimum < maximum)) return 'must go from a number to a greater one';
    if (scale === RangeScale.LOGARITHMIC && minimum <= 0) return 'must be above 0 for a logarithmic scale';
    return undefined;
  }

  _bind(Name: string) {
    const { kind, minimum, maximum, scale } = this;
    return {
      list: `${kind}ParameterRanges`,
      range: { Name, MinValue: String(minimum), MaxValue: String(maximum), ScalingType: scale },
    };
  }
}

class CategoricalRange extends HyperparameterRange {
  constructor(private readonly values: string[]) {
    super();
  }

  _problem(): string | undefined {
    return this.values.length === 0 ? 'must have a value' : undefined;
  }

  _bind(Name: string) {
    return { list: 'CategoricalParameterRanges', range: { Name, Values: this.values } };
  }
}

/** Tuning settings with defaults filled in. */
export interface ResolvedTuning {
  /** Hyperparameters that have a range. */
  readonly names: string[];
  /** How many trainings come one after the other at least. */
  readonly rounds: number;
  /** How many trainings run at a time at most. */
  readonly parallelTrainings: number;
  /** SageMaker's `HyperParameterTuningJobConfig`. */
  readonly config: object;
  /** Hash of that. */
  readonly version: string;
}

const MOST_RANGES = 30;
/** SageMaker's quotas. */
const MOST_TRAININGS = 750;
const MOST_PARALLEL = 100;

/** Whatever it is, each retraining tries the same values. */
const SEED = 1;

/** Fills in defaults, and notes what is out of range. */
export function resolveTuning(
  tuning: HyperparameterTuning,
  { metrics, hyperparameters }: { metrics: string[]; hyperparameters: string[] },
  validation: Validation,
): ResolvedTuning {
  const { ranges, objective, maximumTrainings = 10 } = tuning;
  const parallelTrainings = tuning.parallelTrainings ?? Math.min(2, maximumTrainings);
  const names = Object.keys(ranges);
  const isCount = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  validation
    .check(
      names,
      names.length >= 1 && names.length <= MOST_RANGES,
      `training.tuning.ranges must be of 1 to ${MOST_RANGES} hyperparameters`,
    )
    .check(
      objective,
      metrics.includes(objective),
      `training.tuning.objective must be one of training.metrics (${metrics.join(', ') || 'there are none'})`,
    )
    .check(
      maximumTrainings,
      isCount(maximumTrainings, MOST_TRAININGS),
      `training.tuning.maximumTrainings must be a whole number from 1 to ${MOST_TRAININGS}`,
    )
    .check(
      parallelTrainings,
      isCount(parallelTrainings, Math.min(maximumTrainings, MOST_PARALLEL)),
      `training.tuning.parallelTrainings must be a whole number from 1 to training.tuning.maximumTrainings, ${MOST_PARALLEL} at most`,
    );
  for (const [name, range] of Object.entries(ranges)) {
    const problem = range._problem();
    if (problem) validation.add(`training.tuning.ranges.${name} ${problem}`);
    if (hyperparameters.includes(name))
      validation.add(
        `training.hyperparameters must not set '${name}', because training.tuning.ranges searches it`,
      );
    if (name.startsWith('sagemaker_'))
      validation.add(`training.tuning.ranges must not name ${name}: the container reserves sagemaker_`);
  }
  const config = {
    Strategy: tuning.strategy ?? TuningStrategy.RANDOM,
    RandomSeed: SEED,
    HyperParameterTuningJobObjective: { Type: tuning.goal ?? TuningGoal.MAXIMIZE, MetricName: objective },
    ResourceLimits: {
      MaxNumberOfTrainingJobs: maximumTrainings,
      MaxParallelTrainingJobs: parallelTrainings,
    },
    ParameterRanges: parameterRanges(ranges),
  };
  return {
    names,
    rounds: Math.ceil(maximumTrainings / parallelTrainings),
    parallelTrainings,
    config,
    version: createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16),
  };
}

function parameterRanges(ranges: HyperparameterTuning['ranges']): object {
  const lists: { [list: string]: object[] } = {};
  for (const [name, one] of Object.entries(ranges)) {
    const { list, range } = one._bind(name);
    lists[list] = [...(lists[list] ?? []), range];
  }
  return lists;
}
