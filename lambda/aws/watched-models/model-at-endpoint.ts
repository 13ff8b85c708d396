import {
  type DataCaptureConfigSummary,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { ModelAtEndpointToWatch } from '../../../contracts/functions/monitoring';
import { baselineSchema } from '../../domain/data/baseline';
import { answersKey, capturePlanKey, rejectedKey, reportTableKey } from '../../domain/records/bucket-layout';
import { ignoreMissing } from '../pipeline-resources';
import { recordedFiles } from '../recorded-files';
import type { ArtifactStore } from '../store';
import type { WatchedModel, WatchedModelSource } from './watched-model';

export interface ModelAtEndpointProps {
  readonly sageMaker: SageMakerClient;
  readonly settings: ModelAtEndpointToWatch;
  /** The store of a bucket. */
  readonly storeOf: (bucketName: string) => ArtifactStore;
}

/** The model of one variant of an endpoint that somebody else made and updates. */
export class ModelAtEndpoint implements WatchedModelSource {
  constructor(private readonly props: ModelAtEndpointProps) {}

  /**
   * @throws Error if there is no such endpoint or variant, or the endpoint does not record where the monitor
   * reads
   */
  async find(): Promise<WatchedModel | undefined> {
    const { settings, storeOf } = this.props;
    const { variantName, capture, baseline, prefix, groundTruthPrefix, holdout } = settings;
    const deployed = await this.deployedModel();
    if (!deployed) return undefined;
    const recordings = storeOf(capture.bucket);
    const folder = `${capture.prefix}${settings.endpointName}/${variantName}/`;
    return {
      ...deployed,
      variant: variantName,
      recordings: ({ path }) => ({ bucket: capture.bucket, prefix: `${folder}${path}/` }),
      recorded: ({ path }, bytes) => recordedFiles(recordings, `${folder}${path}/`, { bytes }),
      reportKey: ({ path }, report) => `${prefix}profiles/${path}/${report}`,
      tableKey: (table, { path }) => `${prefix}${reportTableKey(table, variantName, path)}`,
      answersKey: ({ path }) => `${prefix}${answersKey(deployed.modelVersion, path)}`,
      capturePlanKey: ({ path }, id) => `${prefix}${capturePlanKey(deployed.modelVersion, path, id)}`,
      rejectedKey: ({ path }) => `${prefix}${rejectedKey(deployed.modelVersion, path)}`,
      labelsPrefix: (path) => `${groundTruthPrefix}${path}/`,
      readBaseline: () => storeOf(baseline.bucket).readJson(baseline.key, baselineSchema),
      readHoldoutQuality: async () => holdout,
    };
  }

  /** Undefined while the endpoint is being created. */
  private async deployedModel(): Promise<
    Pick<WatchedModel, 'modelVersion' | 'since' | 'recordedShare'> | undefined
  > {
    const { sageMaker, settings } = this.props;
    const { endpointName: EndpointName, variantName } = settings;
    const endpoint = await sageMaker.send(new DescribeEndpointCommand({ EndpointName })).catch(ignoreMissing);
    if (!endpoint) throw new Error(`there is no endpoint '${EndpointName}' in this account and region`);
    if (endpoint.EndpointStatus === 'Creating') return undefined;
    const { EndpointConfigName = '', DataCaptureConfig } = endpoint;
    this.checkCapture(DataCaptureConfig);
    const config = await sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const { ProductionVariants = [], CreationTime } = config;
    const variant = ProductionVariants.find(({ VariantName }) => VariantName === variantName);
    if (!variant) {
      const names = ProductionVariants.map(({ VariantName }) => VariantName).join(', ');
      throw new Error(
        `the endpoint '${EndpointName}' has no variant '${variantName}', but ${names}: set variantName of its monitor`,
      );
    }
    return {
      // Variants whose models come as inference components name none.
      modelVersion: variant.ModelName ?? EndpointConfigName,
      // A variant's model changes only with the config, as CreateEndpointConfig is the only call that takes a
      // ModelName: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html
      since: CreationTime as Date,
      recordedShare: (DataCaptureConfig?.CurrentSamplingPercentage ?? 100) / 100,
    };
  }

  private checkCapture(config: DataCaptureConfigSummary | undefined): void {
    const { endpointName, capture } = this.props.settings;
    if (!config?.EnableCapture) {
      throw new Error(
        `the endpoint '${endpointName}' does not record requests: give its endpoint config a DataCaptureConfig with EnableCapture, both capture modes, and the destination s3://${capture.bucket}/${capture.prefix}`,
      );
    }
    const destination = `s3://${capture.bucket}/${capture.prefix}`;
    if (asFolder(config.DestinationS3Uri ?? '') === asFolder(destination)) return;
    throw new Error(
      `the endpoint '${endpointName}' records requests to ${config.DestinationS3Uri}, and its monitor reads ${destination}: set captureBucket and capturePrefix of the monitor to the destination`,
    );
  }
}

function asFolder(uri: string): string {
  return uri.replace(/\/*$/, '/');
}
