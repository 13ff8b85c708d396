import type { Construct } from 'constructs';
import type { ContainerInstances } from './container-image';
import { customTraining } from './custom';
import { huggingFaceTraining } from './hugging-face';
import { pytorchTraining } from './pytorch';
import { scikitLearnTraining } from './scikit-learn';
import { ServingContainer } from './serving-container';
import { tensorflowTraining } from './tensorflow';
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
    const framework = scikitLearnTraining(version);
    return new TrainingContainer(framework, ServingContainer.scikitLearn(framework.version));
  }

  /**
   * AWS's XGBoost image, for instances with and without GPUs. It serves, too.
   *
   * @param version version of the image, such as `3.2-0`, which holds XGBoost 3.2.0; by default the newest
   * that AWS publishes
   */
  static xgboost(version?: string): TrainingContainer {
    const framework = xgboostTraining(version);
    return new TrainingContainer(framework, ServingContainer.xgboost(framework.version));
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
    const framework = pytorchTraining(version);
    return new TrainingContainer(framework, ServingContainer.pytorch(framework.version));
  }

  /**
   * AWS's Deep Learning Container for training with TensorFlow, for instances with and without GPUs. The
   * script writes a SavedModel to the folder `1` of `SM_MODEL_DIR`. `ServingContainer.tensorflow()` of the
   * same version serves it.
   *
   * @param version version of TensorFlow, such as `2.19.0`; by default the newest for which AWS publishes
   * images that train and images that serve
   */
  static tensorflow(version?: string): TrainingContainer {
    const framework = tensorflowTraining(version);
    return new TrainingContainer(framework, ServingContainer.tensorflow(framework.version));
  }

  /**
   * AWS's Deep Learning Container for training with Hugging Face's Transformers and PyTorch, for instances
   * with GPUs. `ServingContainer.huggingFace()` of the same version serves what it trains.
   *
   * @param version version of Transformers, such as `4.49.0`; by default the newest for which AWS publishes
   * images that train and images that serve
   */
  static huggingFace(version?: string): TrainingContainer {
    const framework = huggingFaceTraining(version);
    return new TrainingContainer(framework, ServingContainer.huggingFace({ version: framework.version }));
  }

  /** An image of your own. It serves what it trains, unless the pipeline has another serving container. */
  static custom(props: CustomTrainingContainerProps): TrainingContainer {
    return new TrainingContainer(
      customTraining(props.image),
      ServingContainer.custom({ image: props.image }),
    );
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
