import type { Construct } from 'constructs';
import type { ContainerInstances } from './container-image';
import { customServing } from './custom';
import { pytorchServing } from './pytorch';
import { scikitLearnServing } from './scikit-learn';
import type { ServingFramework } from './serving-framework';
import { xgboostServing } from './xgboost';

export interface CustomServingContainerProps {
  /**
   * URI of an image in ECR, such as `repository.repositoryUriForTag('1')`. It follows SageMaker's script mode
   * as AWS's scikit-learn image does: it runs the script that `SAGEMAKER_PROGRAM` names, from
   * `SAGEMAKER_SUBMIT_DIRECTORY`, and answers `GET /ping` and `POST /invocations` on port 8080.
   */
  readonly image: string;
}

/** A container bound to the region and the instances that it runs on. */
export interface BoundServingContainer {
  /** URI. */
  readonly image: string;
  readonly environment: { [name: string]: string };
}

/** The container that serves a model. */
export class ServingContainer {
  /**
   * AWS's scikit-learn image, for instances without GPUs.
   *
   * @param version version of the image, such as `1.9-0`, which holds scikit-learn 1.9.0; by default the
   * newest that AWS publishes
   */
  static scikitLearn(version?: string): ServingContainer {
    return new ServingContainer(scikitLearnServing(version));
  }

  /**
   * AWS's XGBoost image, for instances with and without GPUs. It runs an inference script.
   *
   * @param version version of the image, such as `3.2-0`, which holds XGBoost 3.2.0; by default the newest
   * that AWS publishes
   */
  static xgboost(version?: string): ServingContainer {
    return new ServingContainer(xgboostServing(version));
  }

  /**
   * AWS's Deep Learning Container for PyTorch, for instances with and without GPUs. The image contains
   * TorchServe, which is no longer maintained.
   *
   * @param version version of PyTorch, such as `2.6.0`; by default the newest for which AWS publishes images
   * that train and images that serve
   */
  static pytorch(version?: string): ServingContainer {
    return new ServingContainer(pytorchServing(version));
  }

  /** An image of your own. */
  static custom(props: CustomServingContainerProps): ServingContainer {
    return new ServingContainer(customServing(props.image));
  }

  private constructor(private readonly framework: ServingFramework) {}

  /**
   * As messages name it.
   *
   * @internal
   */
  public get _name(): string {
    return this.framework.name;
  }

  /**
   * Whether it fetches the scripts that `SAGEMAKER_SUBMIT_DIRECTORY` names in S3.
   *
   * @internal
   */
  public get _fetchesScripts(): boolean {
    return this.framework.fetchesScripts;
  }

  /**
   * @param instances all that it runs on
   * @throws Error if there is no image for them in the construct's region
   * @internal
   */
  public _bind(
    scope: Construct,
    inferenceScript: string,
    instances: readonly ContainerInstances[],
  ): BoundServingContainer {
    const { name, image, environment } = this.framework;
    return {
      image: image.bind(scope, name, instances),
      environment: environment(inferenceScript),
    };
  }
}
