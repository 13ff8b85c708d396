import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { ReportNotice } from '../../contracts/functions/monitoring';
import { AnsweredRequests } from '../../lambda/aws/answered-requests';
import { MetricPublisher } from '../../lambda/aws/metrics';
import { RoutingStore } from '../../lambda/aws/routing-store';
import { ArtifactStore } from '../../lambda/aws/store';
import { ModelInProduction } from '../../lambda/aws/watched-models/model-in-production';
import type { CloudWatchService } from '../../local/services/cloudwatch/cloudwatch-service';
import { HOUR, MINUTE, ServiceFixture, START } from '../local/services/service-fixture';
import { PIPELINE } from './pipeline-fixture';

export function atMinute(minutes: number): Date {
  return new Date(START.getTime() + minutes * MINUTE);
}

/**
 * What functions read that look at served requests: a bucket with recorded ones, metrics, and what is routed.
 */
export class TrafficFixture extends ServiceFixture {
  readonly pipelineName = 'churn';
  store!: ArtifactStore;
  routing!: RoutingStore;
  /** What is in production by the routing document. */
  source!: ModelInProduction;
  cloudWatch!: CloudWatchClient;
  /** The config that the endpoint has. There is none, for it would need a model: it only says what it has. */
  endpointConfigName = '';
  readonly sagemaker = {
    send: async () => ({ EndpointConfigName: this.endpointConfigName }),
  } as unknown as SageMakerClient;
  /** Counts what {@link publish} published. */
  requests!: AnsweredRequests;
  /** Reports that sinks are to get. */
  readonly told: ReportNotice[] = [];
  readonly sinks = {
    tell: async (notice: ReportNotice): Promise<void> => {
      this.told.push(notice);
    },
  };
  /** What an hour's files take that are more than one group. */
  readonly groups = {
    storeOf: () => this.store,
    start: (name: string) => Promise.reject(new Error(`${name} would start`)),
  };
  /** Of the pipeline's own metrics. */
  metrics!: MetricPublisher;

  async start(): Promise<void> {
    await this.cloud.start();
    const s3 = new S3Client({ ...this.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    this.store = new ArtifactStore(s3, 'artifacts');
    this.routing = new RoutingStore(new SSMClient(this.config()), `/model-pipeline/${PIPELINE}/routing`);
    this.source = new ModelInProduction(this.routing, this.store, 1);
    this.cloudWatch = new CloudWatchClient(this.config());
    this.requests = new AnsweredRequests(this.cloudWatch, {
      namespace: 'AWS/SageMaker',
      dimensions: { EndpointName: PIPELINE },
    });
    this.metrics = new MetricPublisher(this.cloudWatch, 'ModelPipeline', PIPELINE);
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** Publishes what a variant did in a minute, as SageMaker does: for the variant, and for its deployment. */
  publish(
    variant: string,
    minute: number,
    values: Readonly<Record<string, readonly number[]>>,
    config: string,
  ): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    const ofVariant = { EndpointName: PIPELINE, VariantName: variant };
    for (const dimensions of [ofVariant, { ...ofVariant, EndpointConfigName: config }]) {
      for (const [name, all] of Object.entries(values)) {
        for (const value of all)
          monitoring.record('AWS/SageMaker', name, dimensions, value, 'None', atMinute(minute));
      }
    }
  }

  /** Data points of a metric of the pipeline in the hour from the beginning, their highest values. */
  async published(MetricName: string): Promise<{ readonly value: number; readonly time: Date }[]> {
    const { Datapoints = [] } = await this.cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'ModelPipeline',
        MetricName,
        Dimensions: [{ Name: 'Pipeline', Value: PIPELINE }],
        StartTime: START,
        EndTime: new Date(START.getTime() + HOUR),
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    return Datapoints.map(({ Maximum, Timestamp }) => ({
      value: Maximum as number,
      time: Timestamp as Date,
    }));
  }
}
