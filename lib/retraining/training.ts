import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import { ModelImage } from '../serving/model-image';

/** How a model is trained: scripts, image, hyperparameters, machine. */
export interface TrainingProps {
  /** Folder with the scripts; packed and versioned by its content. */
  readonly source: string;

  /** @default 'train.py' */
  readonly trainingScript?: string;

  /** @default 'inference.py' */
  readonly inferenceScript?: string;

  /**
   * Image that trains and serves.
   * @default ModelImage.scikitLearn()
   */
  readonly image?: ModelImage;

  /**
   * Arguments of the training script, all as text.
   * @default - the script's own defaults
   */
  readonly hyperparameters?: { [name: string]: string };

  /** @default 'ml.m5.large' */
  readonly instanceType?: string;

  /** @default 1 hour */
  readonly maximumRuntime?: Duration;

  /**
   * Metrics that are read from the script's output: name to regular expression with one group.
   * @default - none
   */
  readonly metrics?: { [name: string]: string };
}

/** Training settings with defaults filled in. */
export interface Training {
  readonly source: string;
  readonly trainingScript: string;
  readonly inferenceScript: string;
  readonly image: string;
  readonly hyperparameters: { [name: string]: string };
  readonly instanceType: string;
  readonly maximumRuntime: Duration;
  readonly metrics: { [name: string]: string };
}

/**
 * @throws Error that tells every prop out of range
 */
export function resolveTraining(scope: Construct, props: TrainingProps): Training {
  const maximumRuntime = props.maximumRuntime ?? Duration.hours(1);
  const reserved = Object.keys(props.hyperparameters ?? {}).filter((name) => name.startsWith('sagemaker_'));
  new Validation(scope)
    .check(
      maximumRuntime.toSeconds(),
      maximumRuntime.toSeconds() >= 60,
      'training.maximumRuntime must be at least 60 seconds',
    )
    .check(
      reserved,
      reserved.length === 0,
      'training.hyperparameters must not start with sagemaker_, which the container reserves',
    )
    .finish();
  return {
    source: props.source,
    trainingScript: props.trainingScript ?? 'train.py',
    inferenceScript: props.inferenceScript ?? 'inference.py',
    image: (props.image ?? ModelImage.scikitLearn()).bind(scope),
    hyperparameters: props.hyperparameters ?? {},
    instanceType: props.instanceType ?? 'ml.m5.large',
    maximumRuntime,
    metrics: props.metrics ?? {},
  };
}
