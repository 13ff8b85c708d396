import { Duration, Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TrainingContainer } from '../containers/training-container';
import type { ProblemType } from '../problem-type';
import { checkInstanceType } from '../runtime/instance-types';
import { Validation } from '../runtime/validation';
import { type HyperparameterTuning, type ResolvedTuning, resolveTuning } from './hyperparameter-tuning';
import { checkTrainingData, type TrainingDataProps } from './training-data';

/** How a model is trained: scripts, container, hyperparameters, machine. */
export interface TrainingProps {
  /** Folder with the scripts; packed and versioned by its content. */
  readonly source: string;

  /** @default 'train.py' */
  readonly trainingScript?: string;

  /**
   * Container that runs the training script.
   * @default TrainingContainer.scikitLearn()
   */
  readonly container?: TrainingContainer;

  /**
   * Arguments of the training script, all as text.
   * @default - the script's own defaults
   */
  readonly hyperparameters?: { [name: string]: string };

  /**
   * Searches hyperparameters: a retraining trains several times, and goes on with the best.
   * @default - it trains once, with `hyperparameters`
   */
  readonly tuning?: HyperparameterTuning;

  /** @default 'ml.m5.large' */
  readonly instanceType?: string;

  /**
   * How many machines train together. Each gets all of the data; the script divides the work.
   * @default 1
   */
  readonly instanceCount?: number;

  /**
   * Storage of each machine, for data, model and checkpoints.
   * @default 30 GiB
   */
  readonly volumeSize?: Size;

  /**
   * How long it may train, without waiting for machines; 28 days at most.
   * @default 1 hour
   */
  readonly maximumRuntime?: Duration;

  /**
   * Trains on spare machines, which cost less and may be taken away. The script then starts again on others,
   * and may go on from what it left in the folder that the environment variable `CHECKPOINT_DIR` names.
   * @default - machines that are not taken away
   */
  readonly spot?: SpotTraining;

  /**
   * Whether the script trains without a network. It gets no credentials, and `requirements.txt` may only name
   * what is in the image.
   * @default false
   */
  readonly networkIsolation?: boolean;

  /**
   * Metrics that are read from the script's output: name to regular expression with one group.
   * @default - none
   */
  readonly metrics?: { [name: string]: string };
}

/** How training on spare machines goes on. */
export interface SpotTraining {
  /**
   * How long a training may take with all waiting for machines; then it fails. 28 days at most.
   * @default - `maximumRuntime` and one day
   */
  readonly maximumWait?: Duration;
}

/** Training settings with defaults filled in. */
export interface Training {
  readonly data: TrainingDataProps;
  readonly source: string;
  readonly trainingScript: string;
  /** URI of the image that trains. */
  readonly image: string;
  /** Whether the container installs the scripts, and runs a module of them. */
  readonly installsScripts: boolean;
  readonly hyperparameters: { [name: string]: string };
  readonly tuning?: ResolvedTuning;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeSize: Size;
  readonly maximumRuntime: Duration;
  /** Of training on spare machines, with all waiting; not there for other machines. */
  readonly maximumWait?: Duration;
  readonly networkIsolation: boolean;
  readonly metrics: { [name: string]: string };
}

const LONGEST = Duration.days(28);
const LARGEST_VOLUME = Size.tebibytes(16);

/** @throws Error that lists every prop out of range */
export function resolveTraining(
  scope: Construct,
  problem: ProblemType,
  props: TrainingProps,
  data: TrainingDataProps,
): Training {
  const { instanceType = 'ml.m5.large', container = TrainingContainer.scikitLearn() } = props;
  const { instanceCount = 1, volumeSize = Size.gibibytes(30), maximumRuntime = Duration.hours(1) } = props;
  const maximumWait = props.spot?.maximumWait ?? longer(maximumRuntime);
  const gibibytes = volumeSize.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  const reserved = Object.keys(props.hyperparameters ?? {}).filter((name) => name.startsWith('sagemaker_'));
  const validation = new Validation(scope);
  const tuning =
    props.tuning &&
    resolveTuning(
      props.tuning,
      {
        metrics: Object.keys(props.metrics ?? {}),
        hyperparameters: Object.keys(props.hyperparameters ?? {}),
      },
      validation,
    );
  checkTrainingData(data, problem, validation);
  checkInstanceType(validation, 'training.instanceType', 'training', instanceType);
  validation
    .check(
      maximumRuntime.toSeconds(),
      maximumRuntime.toSeconds() >= 60 && maximumRuntime.toSeconds() <= LONGEST.toSeconds(),
      'training.maximumRuntime must be 60 seconds to 28 days',
    )
    .check(
      maximumWait.toSeconds(),
      !props.spot ||
        (maximumWait.toSeconds() >= maximumRuntime.toSeconds() &&
          maximumWait.toSeconds() <= LONGEST.toSeconds()),
      `training.spot.maximumWait must be training.maximumRuntime (${maximumRuntime.toSeconds()} seconds) to 28 days`,
    )
    .check(
      instanceCount,
      Number.isInteger(instanceCount) && instanceCount >= 1,
      'training.instanceCount must be a whole number of at least 1',
    )
    .check(
      gibibytes,
      Number.isInteger(gibibytes) && gibibytes >= 1 && gibibytes <= LARGEST_VOLUME.toGibibytes(),
      'training.volumeSize must be whole gibibytes, 1 to 16384',
    )
    .check(
      reserved,
      reserved.length === 0,
      'training.hyperparameters must not start with sagemaker_, which the container reserves',
    )
    .finish();
  return {
    data,
    source: props.source,
    trainingScript: props.trainingScript ?? 'train.py',
    image: container._bind(scope, { prop: 'training.instanceType', instanceType }),
    installsScripts: container._installsScripts,
    hyperparameters: props.hyperparameters ?? {},
    tuning,
    instanceType,
    instanceCount,
    volumeSize,
    maximumRuntime,
    maximumWait: props.spot && maximumWait,
    networkIsolation: props.networkIsolation ?? false,
    metrics: props.metrics ?? {},
  };
}

function longer(runtime: Duration): Duration {
  const seconds = Math.min(runtime.plus(Duration.days(1)).toSeconds(), LONGEST.toSeconds());
  return Duration.seconds(seconds);
}
