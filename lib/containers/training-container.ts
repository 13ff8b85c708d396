import type { Construct } from 'constructs';
import type { ContainerInstances } from './container-image';
import { customTraining } from './custom';
import { pytorchTraining } from './pytorch';
import { scikitLearnTraining } from './scikit-learn';
import { ServingContainer } from './serving-container';
import type { TrainingFramework } from './training-framework';
import { xgboostTraining } from './xgboost';

export interface CustomTrainingContainerProps {
  /**
   * URI of an image in ECR, such as `repository.repositoryUriForTag('1')`. It follows SageMaker's script mode
   * as AWS's framework images do: it runs the script that the hyperparameter `sagemaker_program` names, from
   * the archive that `sagemaker_submit_directory` names.
   */
  readonly image: string;
}

/** The container that runs the training script. */
export class TrainingContainer {
  /**
   * AWS's scikit-learn image, for instances without GPUs. It serves, too.
   *
   * @param version version of the image, such as `1.9-0`, which holds scikit-learn 1.9.0; by default the
   * newest that AWS publishes
   */
  static scikitLearn(version?: string): TrainingContainer {
    return new TrainingContainer(scikitLearnTraining(version), ServingContainer.scikitLearn(version));
  }

  /**
   * AWS's XGBoost image, for instances with and without GPUs. It serves, too.
   *
   * @param version version of the image, such as `3.2-0`, which holds XGBoost 3.2.0; by default the newest
   * that AWS publishes
   */
  static xgboost(version?: string): TrainingContainer {
    return new TrainingContainer(xgboostTraining(version), ServingContainer.xgboost(version));
  }

  /**
   * AWS's Deep Learning Container for training with PyTorch, for instances with and without GPUs.
   * `ServingContainer.pytorch()` of the same version serves what it trains; newer versions, which only train,
   * need another serving container.
   *
   * @param version version of PyTorch, such as `2.6.0`; by default the newest for which AWS publishes images
   * that train and images that serve
   */
  static pytorch(version?: string): TrainingContainer {
    return new TrainingContainer(pytorchTraining(version), ServingContainer.pytorch(version));
  }

  /** An image of your own. It serves what it trains, unless the pipeline has another serving container. */
  static custom(props: CustomTrainingContainerProps): TrainingContainer {
    return new TrainingContainer(customTraining(props.image), ServingContainer.custom(props));
  }

  private constructor(
    private readonly framework: TrainingFramework,
    /**
     * Serves what it trains.
     *
     * @internal
     */
    public readonly _servingContainer: ServingContainer,
  ) {}

  /**
   * Whether it installs the scripts by pip, and runs a module of them.
   *
   * @internal
   */
  public get _installsScripts(): boolean {
    return this.framework.installsScripts;
  }

  /**
   * URI of the image.
   *
   * @throws Error if there is none for the instances in the construct's region
   * @internal
   */
  public _bind(scope: Construct, instances: ContainerInstances): string {
    const { name, image } = this.framework;
    return image.bind(scope, name, [instances]);
  }
}
