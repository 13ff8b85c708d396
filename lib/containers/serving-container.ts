import type { Construct } from 'constructs';
import type { RequiredFile } from '../../contracts/functions/registering';
import { type ContainerInstances, ImageByUri } from './container-image';
import { customServing } from './custom';
import { djlServing } from './djl';
import { huggingFaceServing } from './hugging-face';
import { ImageOfFolder } from './image-of-folder';
import { lightgbmServing } from './lightgbm';
import { pytorchServing } from './pytorch';
import { rayServeServing } from './ray-serve';
import { scikitLearnServing } from './scikit-learn';
import { SERVING_PACKAGES } from './script-environment';
import type { ServingFramework } from './serving-framework';
import { tensorflowServing } from './tensorflow';
import { tritonServing } from './triton';
import { xgboostServing } from './xgboost';

export interface CustomServingContainerProps {
  /**
   * URI of an image in ECR, such as `repository.repositoryUriForTag('1')`. It finds the content of the
   * model's archive in `/opt/ml/model`, and answers `GET /ping` and `POST /invocations` on port 8080. If it
   * runs scripts as AWS's images do, `SAGEMAKER_PROGRAM` names the script, and `SAGEMAKER_SUBMIT_DIRECTORY`
   * its folder.
   */
  readonly image: string;

  /**
   * Content types of requests that it accepts, `text/csv` among them if a pipeline trains.
   * @default ['text/csv', 'application/json']
   */
  readonly contentTypes?: string[];
}

/** How Hugging Face's container serves a model. */
export interface HuggingFaceServingOptions {
  /**
   * Task of a pipeline of Transformers, such as `text-classification`.
   * @default - by the architecture of the model
   */
  readonly task?: string;

  /**
   * Version of Transformers, such as `4.49.0`.
   * @default - the newest that AWS publishes
   */
  readonly version?: string;
}

/** How Triton serves a model. */
export interface TritonServingOptions {
  /** Name of the model, or the ensemble, in the model repository. */
  readonly modelName: string;

  /**
   * Version of the image, such as `26.05`.
   * @default - the newest that AWS publishes
   */
  readonly version?: string;
}

/** A container bound to the region and the instances that it runs on. */
export interface BoundServingContainer {
  /** URI. */
  readonly image: string;
  readonly environment: { [name: string]: string };
  readonly contentTypes: readonly string[];
  /** The inference script, if each model needs it; in `code/` of the archive, unless it is fetched. */
  readonly inferenceScript?: string;
  /** Whether it needs the inference script to score rows, as a pipeline that trains does. */
  readonly scoresByScript: boolean;
  /** Folder of `code/` in which it finds the packages that the image lacks. */
  readonly packagesFolder: string;
  /** What else a model's archive must have. */
  readonly files: readonly RequiredFile[];
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
   * @param version version of PyTorch, such as `2.6.0`; by default the newest that AWS publishes
   */
  static pytorch(version?: string): ServingContainer {
    return new ServingContainer(pytorchServing(version));
  }

  /**
   * AWS's scikit-learn image, with LightGBM below `code/` of the archive. A training puts it there if
   * `requirements.txt` names it.
   *
   * @param version version of the image, such as `1.9-0`; by default the newest that AWS publishes
   */
  static lightgbm(version?: string): ServingContainer {
    return new ServingContainer(lightgbmServing(version));
  }

  /**
   * AWS's Deep Learning Container with TensorFlow Serving, for instances with and without GPUs. The archive
   * has a SavedModel, such as `1/saved_model.pb`. The script `inference.py` defines `input_handler` and
   * `output_handler`: without it, answers are JSON.
   *
   * @param version version of TensorFlow Serving, such as `2.19.0`; by default the newest that AWS publishes
   */
  static tensorflow(version?: string): ServingContainer {
    return new ServingContainer(tensorflowServing(version));
  }

  /**
   * NVIDIA Triton Inference Server, for instances with and without GPUs. The archive is a model repository.
   * It takes no CSV, so that it serves pipelines without training only.
   */
  static triton(options: TritonServingOptions): ServingContainer {
    return new ServingContainer(tritonServing(options.modelName, options.version));
  }

  /**
   * AWS's Deep Learning Container for Hugging Face's Transformers with PyTorch, for instances with and
   * without GPUs. The archive has a model as `save_pretrained()` writes it. A script is needed for rows of
   * CSV only.
   */
  static huggingFace(options: HuggingFaceServingOptions = {}): ServingContainer {
    return new ServingContainer(huggingFaceServing(options.task, options.version));
  }

  /**
   * AWS's Deep Learning Container with Ray Serve, for instances with and without GPUs. The archive has
   * `config.yaml` and the application that it names.
   *
   * @param version version of the image, such as `1.4`; by default the newest that AWS publishes
   */
  static rayServe(version?: string): ServingContainer {
    return new ServingContainer(rayServeServing(version));
  }

  /**
   * AWS's container for large models (Large Model Inference with DJL Serving), for instances with GPUs. It
   * takes no CSV, so that it serves pipelines without training only.
   *
   * @param version version of DJL Serving, such as `0.36.0`; by default the newest that AWS publishes
   */
  static djl(version?: string): ServingContainer {
    return new ServingContainer(djlServing(version));
  }

  /**
   * An image that `cdk deploy` builds of a folder with a Dockerfile, such as a FastAPI application. It finds
   * the content of the model's archive in `/opt/ml/model`, and answers `GET /ping` and `POST /invocations`,
   * in `text/csv` or `application/json`, on port 8080.
   */
  static fastApi(folder: string): ServingContainer {
    return new ServingContainer(
      customServing(new ImageOfFolder(folder), undefined, 'ServingContainer.fastApi'),
    );
  }

  /** An image of your own. */
  static custom(props: CustomServingContainerProps): ServingContainer {
    return new ServingContainer(customServing(new ImageByUri(props.image), props.contentTypes));
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
   * What is wrong with a pipeline that it serves.
   *
   * @param inferenceScript of the pipeline
   * @internal
   */
  public _problems(inferenceScript: string): string[] {
    const { name, scriptName = inferenceScript } = this.framework;
    if (scriptName === inferenceScript) return [];
    return [
      `inferenceScript must be ${scriptName}, which ${name} runs, got ${JSON.stringify(inferenceScript)}`,
    ];
  }

  /**
   * What is wrong with a pipeline that trains, and scores the holdout.
   *
   * @internal
   */
  public _trainingProblems(): string[] {
    const { name, contentTypes } = this.framework;
    if (contentTypes.includes('text/csv')) return [];
    return [
      `${name} takes ${contentTypes.join(', ')}, and a pipeline that trains scores the holdout as text/csv: choose a container that takes it, or train elsewhere and leave out training`,
    ];
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
    const { name, image, environment, script, contentTypes, files } = this.framework;
    const { packagesFolder = SERVING_PACKAGES } = this.framework;
    return {
      image: image.bind(scope, name, instances),
      environment: environment(inferenceScript),
      contentTypes,
      ...(script === 'required' && { inferenceScript }),
      scoresByScript: script === 'required' || script === 'for-csv',
      packagesFolder,
      files,
    };
  }
}
