import type * as sdk from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../gateway/service';
import type { StoredEndpoint } from './hosting/stored-endpoint';
import type { StoredModel } from './hosting/stored-model';
import type { StoredPackage, StoredPackageGroup } from './registry/stored-package';
import { ResourceTable } from './resource-table';
import { TagStore } from './tags';

export type TrainingJob = Omit<sdk.DescribeTrainingJobCommandOutput, '$metadata'>;
export type TransformJob = Omit<sdk.DescribeTransformJobCommandOutput, '$metadata'>;
export type ProcessingJob = Omit<sdk.DescribeProcessingJobCommandOutput, '$metadata'>;
export type TuningJob = Omit<sdk.DescribeHyperParameterTuningJobCommandOutput, '$metadata'>;
export type EndpointConfig = Omit<sdk.DescribeEndpointConfigCommandOutput, '$metadata'>;

/** All that SageMaker remembers. */
export class Store {
  readonly tags: TagStore;
  readonly models: ResourceTable<StoredModel>;
  readonly endpointConfigs: ResourceTable<EndpointConfig>;
  readonly endpoints: ResourceTable<StoredEndpoint>;
  readonly trainingJobs: ResourceTable<TrainingJob>;
  readonly transformJobs: ResourceTable<TransformJob>;
  readonly processingJobs: ResourceTable<ProcessingJob>;
  readonly tuningJobs: ResourceTable<TuningJob>;
  readonly packageGroups: ResourceTable<StoredPackageGroup>;
  /** By `<group>/<version>`. */
  readonly packages: ResourceTable<StoredPackage>;

  constructor(cloud: Cloud) {
    this.tags = new TagStore(cloud);
    this.models = new ResourceTable(cloud, 'model');
    this.endpointConfigs = new ResourceTable(cloud, 'endpoint-config');
    this.endpoints = new ResourceTable(cloud, 'endpoint');
    this.trainingJobs = new ResourceTable(cloud, 'training-job');
    this.transformJobs = new ResourceTable(cloud, 'transform-job');
    this.processingJobs = new ResourceTable(cloud, 'processing-job');
    this.tuningJobs = new ResourceTable(cloud, 'hyper-parameter-tuning-job');
    this.packageGroups = new ResourceTable(cloud, 'model-package-group');
    this.packages = new ResourceTable(cloud, 'model-package');
  }
}
