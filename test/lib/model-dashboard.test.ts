import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  BatchInput,
  BetterDirection,
  InferenceApi,
  ModelPipeline,
  type ModelPipelineProps,
  ProblemType,
  ReleaseStrategy,
  ServedBy,
  ServingContainer,
  StreamOutput,
  StreamSource,
} from '../../lib';

/** The dashboard of a pipeline, as text. */
function dashboardOf(props: ModelPipelineProps): string {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return dashboardIn(stack);
}

/** The text of the first dashboard of a stack. */
function dashboardIn(stack: Stack): string {
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  return JSON.stringify(dashboard?.Properties.DashboardBody).replaceAll('\\"', '"');
}

describe('the dashboard', () => {
  test('has a row for each batch, stream and API of its stack', () => {
    const app = new App();
    const [stack, later] = ['Test', 'Later'].map((id) => new Stack(app, id)) as [Stack, Stack];
    const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
    pipeline.addBatchInference('Nightly', { input: BatchInput.fromBucket(pipeline.bucket, 'customers/') });
    const source = StreamSource.sqs(new Queue(stack, 'Transactions'));
    pipeline.addStreamInference('Fraud', { source, output: StreamOutput.sqs(new Queue(stack, 'Scores')) });
    pipeline.addInferenceApi('Partners');
    new InferenceApi(later, 'Elsewhere', { pipeline });
    const body = dashboardIn(stack);
    for (const heading of ['Batch nightly', 'Stream Fraud', 'API Partners'])
      expect(body).toContain(`## ${heading}`);
    for (const name of ['BatchSeconds', 'RecordAge', '5xx']) expect(body).toContain(`"${name}"`);
    expect(body).not.toContain('Elsewhere');
  });

  test('draws latencies in milliseconds, the use of the instances, and quality with its interval', () => {
    const body = dashboardOf({});
    expect(body).toContain('Latency (ms)');
    expect(body).toContain('/ 1000');
    expect(body).toContain('CPUUtilization');
    expect(body).not.toContain('GPUUtilization');
    for (const name of ['Quality', 'QualityLower', 'QualityUpper']) expect(body).toContain(`"${name}"`);
  });

  test('draws GPUs where there are some', () => {
    expect(
      dashboardOf({ hosting: { instanceType: 'ml.g5.xlarge' }, container: ServingContainer.pytorch() }),
    ).toContain('GPUMemoryUtilization');
  });

  test('draws cold starts and concurrency of what has no instances', () => {
    const serverless = dashboardOf({ servedBy: ServedBy.serverlessEndpoint() });
    expect(serverless).toContain('ModelSetupTime');
    expect(serverless).toContain('ServerlessConcurrentExecutionsUtilization');
    const ofFunction = dashboardOf({ servedBy: ServedBy.FUNCTION });
    expect(ofFunction).toContain('ColdStarts');
    expect(ofFunction).toContain('Throttles');
    for (const body of [serverless, ofFunction]) expect(body).not.toContain('CPUUtilization');
  });

  test.each([
    [ProblemType.binary(), ['Auc', 'LogLoss'], ['MeanAbsoluteError']],
    [ProblemType.multiClass(3), ['Accuracy'], ['Auc', 'LogLoss', 'MeanAbsoluteError']],
    [ProblemType.regression(), ['MeanAbsoluteError'], ['Auc', 'LogLoss', 'Accuracy']],
  ])('draws the quality metrics of its problem only', (problem, drawn, others) => {
    const body = dashboardOf({ problem });
    for (const name of drawn) expect(body).toContain(`"${name}"`);
    for (const name of others) expect(body).not.toContain(`"${name}"`);
  });

  test('draws business metrics per request of each variant', () => {
    const business = { namespace: 'Shop', metricName: 'Orders', better: BetterDirection.HIGHER };
    const body = dashboardOf({
      releaseStrategy: ReleaseStrategy.canary({ analysis: { businessMetrics: [business] } }),
    });
    expect(body).toContain('Orders per request');
    expect(body).toContain('FILL(count1, 0) / requests1');
    expect(body).toContain('["Shop","Orders","VariantName","green"');
  });
});
