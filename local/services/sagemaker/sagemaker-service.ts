import * as sdk from '@aws-sdk/client-sagemaker';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { AsyncInvoker } from './hosting/async-invoker';
import { DataCapture } from './hosting/data-capture';
import { Deployer } from './hosting/deployer';
import { endpointConfigOperations } from './hosting/endpoint-config-operations';
import { endpointOperations } from './hosting/endpoint-operations';
import { Fleet } from './hosting/fleet';
import { Invoker } from './hosting/invoker';
import { modelOperations } from './hosting/model-operations';
import type { ServingContainers } from './hosting/serving-containers';
import { ServingImages } from './hosting/serving-images';
import { ServingProcess } from './hosting/serving-process';
import { implementedInputs } from './inputs';
import { processingJobOperations } from './jobs/processing-job-operations';
import { ProcessingRunner } from './jobs/processing-runner';
import { type TrainingContainers, trainingProcesses } from './jobs/training-containers';
import { trainingJobOperations } from './jobs/training-job-operations';
import { TrainingRunner } from './jobs/training-runner';
import { transformJobOperations } from './jobs/transform-job-operations';
import { TransformRunner } from './jobs/transform-runner';
import { tuningJobOperations } from './jobs/tuning-job-operations';
import { TuningRunner } from './jobs/tuning-runner';
import { sageMakerPermissions } from './permissions';
import { PythonRuntime } from './python-runtime';
import { packageGroupOperations } from './registry/package-group-operations';
import { packageOperations } from './registry/package-operations';
import { sageMakerResources } from './resources';
import { searchOperations } from './search-operations';
import { Store } from './store';
import { tagOperations } from './tags';

/**
 * SageMaker: training, hyperparameter tuning, processing, batch transform, endpoints and the model registry,
 * with containers that really run.
 */
export class SageMakerService implements Service {
  readonly name = 'sagemaker';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>>;
  private readonly store: Store;
  private readonly training: TrainingRunner;
  private readonly transform: TransformRunner;
  private readonly processing: ProcessingRunner;
  private readonly tuning: TuningRunner;
  private readonly capture: DataCapture;
  private readonly deployer: Deployer;
  private readonly invoker: Invoker;
  private readonly asyncInvoker: AsyncInvoker;

  /**
   * @param models containers of endpoints and batch transform jobs. @default Python processes
   * @param trainings containers of training jobs. @default Python processes
   */
  constructor(
    private readonly cloud: Cloud,
    models?: ServingContainers,
    trainings?: TrainingContainers,
  ) {
    const python = new PythonRuntime((line) => cloud.log(`sagemaker: ${line}`));
    const images = new ServingImages(cloud, python);
    const serving = models ?? { start: (options) => ServingProcess.start(cloud, images, options) };
    const fleet = new Fleet(cloud, serving);
    this.store = new Store(cloud);
    this.training = new TrainingRunner(cloud, this.store, trainings ?? trainingProcesses(python));
    this.transform = new TransformRunner(cloud, this.store, serving);
    this.processing = new ProcessingRunner(cloud, this.store, python);
    const trainingJobs = trainingJobOperations(cloud, this.store, this.training);
    this.tuning = new TuningRunner(cloud, this.store, this.training, trainingJobs.CreateTrainingJob);
    this.capture = new DataCapture(cloud);
    this.deployer = new Deployer(cloud, this.store, fleet, this.capture);
    this.invoker = new Invoker(cloud, this.store, fleet, this.capture);
    this.asyncInvoker = new AsyncInvoker(cloud, this.invoker);
    this.resources = sageMakerResources(this.deployer);
    this.operations = {
      ...trainingJobs,
      ...tuningJobOperations(cloud, this.store, this.tuning),
      ...transformJobOperations(cloud, this.store, this.transform),
      ...processingJobOperations(cloud, this.store, this.processing),
      ...modelOperations(cloud, this.store),
      ...endpointConfigOperations(cloud, this.store),
      ...endpointOperations(cloud, this.store, this.deployer),
      ...packageGroupOperations(cloud, this.store),
      ...packageOperations(cloud, this.store),
      ...searchOperations(this.store),
      ...tagOperations(this.store.tags),
    };
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return sageMakerPermissions(this.cloud, this.store, operation, input);
  }

  /** Invokes an endpoint, for the runtime service. */
  invoke(input: Parameters<Invoker['invoke']>[0]): ReturnType<Invoker['invoke']> {
    return this.invoker.invoke(input);
  }

  /** Queues a request to an asynchronous endpoint, for the runtime service. */
  invokeAsync(input: Parameters<AsyncInvoker['invoke']>[0]): ReturnType<AsyncInvoker['invoke']> {
    return this.asyncInvoker.invoke(input);
  }

  /**
   * Takes the machine of a managed spot training, as AWS does when it needs it.
   *
   * @throws Error if the job does not train on one
   */
  interruptTraining(trainingJobName: string): void {
    this.training.interrupt(trainingJobName);
  }

  /** Endpoints come up again before the cloud counts as started; jobs that were running have failed. */
  async start(): Promise<void> {
    this.training.restore();
    this.transform.restore();
    this.processing.restore();
    this.tuning.restore();
    await this.deployer.restore();
  }

  async stop(): Promise<void> {
    await this.capture.flush();
    const parts = [this.tuning, this.training, this.transform, this.processing, this.deployer];
    await Promise.all(parts.map((part) => part.stop()));
  }
}
