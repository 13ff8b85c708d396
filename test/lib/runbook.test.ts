import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { RUNBOOK } from '../../contracts/runbook';
import {
  BatchInput,
  BatchSink,
  EndpointMonitor,
  ModelPipeline,
  type ModelPipelineProps,
  MonitorBaseline,
  MonitorSink,
  ServedBy,
  StreamOutput,
  StreamSource,
} from '../../lib';

const SECTION = /\(runbook: (\w+)\)( \[\w+\])?$/;

/** The section that each alarm of a stack names, by the alarm's logical ID; undefined without one. */
function sectionsOf(template: Template): Map<string, string | undefined> {
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.entries(template.findResources(type)),
  );
  return new Map(
    alarms.map(([id, { Properties }]) => [id, SECTION.exec(lastTextOf(Properties.AlarmDescription))?.[1]]),
  );
}

/** Descriptions may contain names that CloudFormation knows. */
function lastTextOf(description: string | { readonly 'Fn::Join': [string, (string | object)[]] }): string {
  return typeof description === 'string' ? description : String(description['Fn::Join'][1].at(-1));
}

function pipelineWith(props: ModelPipelineProps): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

function pipelineWithStreamAndApi(): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
  pipeline.addStreamInference('Fraud', {
    source: StreamSource.sqs(new Queue(stack, 'Transactions')),
    output: StreamOutput.sqs(new Queue(stack, 'Scores')),
  });
  pipeline.addInferenceApi('Api');
  return Template.fromStack(stack);
}

function pipelineWithBatch(): Template {
  const stack = new Stack(new App(), 'Test');
  const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
  pipeline.addBatchInference('Nightly', {
    input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
    maximumTimeBetweenRuns: Duration.hours(26),
    sinks: [BatchSink.sqs(new Queue(stack, 'Queue'))],
  });
  return Template.fromStack(stack);
}

function monitorAlone(): Template {
  const stack = new Stack(new App(), 'Test');
  const captureBucket = Bucket.fromBucketName(stack, 'Recordings', 'recordings');
  const baseline = MonitorBaseline.fromBucket(captureBucket, 'baseline.json');
  const sinks = [MonitorSink.table(captureBucket)];
  new EndpointMonitor(stack, 'Monitor', { endpointName: 'Credit', captureBucket, baseline, sinks });
  return Template.fromStack(stack);
}

const STACKS: Readonly<Record<string, Template>> = {
  'a pipeline': pipelineWith({}),
  'a pipeline with a serverless endpoint': pipelineWith({ servedBy: ServedBy.serverlessEndpoint() }),
  'a pipeline with an asynchronous endpoint': pipelineWith({ servedBy: ServedBy.asynchronousEndpoint() }),
  'a pipeline with a function': pipelineWith({ servedBy: ServedBy.FUNCTION }),
  'a pipeline with anomaly detection': pipelineWith({ monitoring: { anomalyDetection: {} } }),
  'a pipeline with alarms on concept drift and fairness': pipelineWith({
    monitoring: { quality: { alarmOnConceptDrift: true, fairness: ['region'], maximumFairnessGap: 0.1 } },
  }),
  'a pipeline with a stream and an API': pipelineWithStreamAndApi(),
  'a pipeline with a batch': pipelineWithBatch(),
  'a monitor of an endpoint': monitorAlone(),
};

test.each(Object.entries(STACKS))('each alarm of %s names its section of the runbook', (_, template) => {
  const sections = sectionsOf(template);
  expect(sections.size).toBeGreaterThan(0);
  const without = [...sections].filter(([, section]) => section === undefined || !(section in RUNBOOK));
  expect(without).toEqual([]);
});

test('each section of the runbook has an alarm', () => {
  const named = new Set(Object.values(STACKS).flatMap((template) => [...sectionsOf(template).values()]));
  expect([...named].sort()).toEqual(Object.keys(RUNBOOK).sort());
});

test('the custom resource of a pipeline knows all alarms of the pipeline, to write the runbook', () => {
  const template = STACKS['a pipeline'] as Template;
  const [lifecycle] = Object.values(template.findResources('Custom::ModelPipelineLifecycle'));
  const runbook = JSON.stringify(lifecycle?.Properties.Runbook);
  for (const [id, section] of sectionsOf(template)) {
    expect(runbook).toContain(`{"Ref":"${id}"}`);
    expect(runbook).toContain(section);
  }
});
