import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { BatchEngine, BatchInput, ModelPipeline, ServedBy, SparkJobs } from '../../lib';
import { roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

const ROLE = 'arn:aws:iam::111111111111:role/spark';

function batchOn(
  jobs: (role: { role: ReturnType<typeof Role.fromRoleArn> }) => SparkJobs,
  { servedBy = ServedBy.FUNCTION, workers }: { servedBy?: ServedBy; workers?: number } = {},
): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  const pipeline = new ModelPipeline(stack, 'Model', { pipelineName: 'churn', servedBy });
  const role = Role.fromRoleArn(stack, 'SparkRole', ROLE);
  pipeline.addBatchInference('Nightly', {
    input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
    engine: BatchEngine.spark(jobs({ role }), { ...(workers !== undefined && { workers }) }),
  });
  return Template.fromStack(stack);
}

function workflowStatements(template: Template) {
  return [...roleStatements(template)].flatMap(([id, statements]) =>
    /NightlyWorkflowRole/.test(id) ? statements : [],
  );
}

describe('a batch by Spark on EMR Serverless', () => {
  const template = batchOn((options) =>
    SparkJobs.emrServerless('00yv7iv71inak893', {
      ...options,
      sparkSubmitParameters: '--conf spark.archives=s3://libraries/environment.tar.gz#environment',
    }),
  );
  const definition = definitionOf(template, 'Scores nightly');

  test('runs the script of the batch between preparing and joining, once however often it is asked', () => {
    expect(brokenTransitions(definition)).toEqual([]);
    const { ScoreParts } = definition.States;
    expect(ScoreParts).toMatchObject({
      Resource: expect.stringContaining('emr-serverless:startJobRun.sync'),
      Arguments: {
        ApplicationId: '00yv7iv71inak893',
        ClientToken: '{% $planned.jobName %}',
        ExecutionRoleArn: ROLE,
        JobDriver: {
          SparkSubmit: {
            EntryPoint: expect.stringMatching(/^s3:\/\/.*\.py$/),
            SparkSubmitParameters: expect.stringMatching(
              /spark\.executor\.instances=4 .*--conf spark\.archives=s3:\/\/libraries\/environment\.tar\.gz#environment$/,
            ),
          },
        },
      },
      Next: 'JoinParts',
    });
  });

  test('may start, follow and cancel job runs of the application alone, with its role', () => {
    const statements = workflowStatements(template).filter(({ Action }) =>
      /emr-serverless|PassRole/.test(String(Action)),
    );
    expect(statements.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)])).toEqual([
      ['emr-serverless:StartJobRun', expect.stringContaining('/applications/00yv7iv71inak893"')],
      [
        ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'],
        expect.stringContaining('/applications/00yv7iv71inak893/jobruns/*'),
      ],
      ['iam:PassRole', JSON.stringify(ROLE)],
    ]);
    expect(statements[2]?.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' },
    });
  });

  test('lets the role of its jobs read prepared rows and the graph, and write scores', () => {
    template.hasResourceProperties('AWS::IAM::Policy', { Roles: ['spark'] });
    const [policy] = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { Roles: ['spark'] } }),
    );
    const text = JSON.stringify(policy?.Properties.PolicyDocument);
    expect(text.match(/batch\/nightly\/[^"]*/g)).toEqual([
      'batch/nightly/*',
      'batch/nightly/*/prepared/*',
      'batch/nightly/*/scoring-*.json',
      'batch/nightly/*/model-*.onnx',
      'batch/nightly/*/scores/*',
    ]);
  });
});

test('a batch by Spark on Glue runs the script of the batch in place of that of the job', () => {
  const template = batchOn((options) => SparkJobs.glue('my-spark', options), { workers: 9 });
  const definition = definitionOf(template, 'Scores nightly');
  expect(brokenTransitions(definition)).toEqual([]);
  expect(definition.States.ScoreParts).toMatchObject({
    Resource: expect.stringContaining('glue:startJobRun.sync'),
    Arguments: {
      JobName: 'my-spark',
      Arguments: {
        '--scriptLocation': expect.stringMatching(/^s3:\/\/.*\.py$/),
        '--additional-python-modules': 'onnxruntime',
        '--run': "{% 'batch/nightly/' & $planned.run & '/' %}",
      },
      WorkerType: 'G.1X',
      NumberOfWorkers: 10,
    },
  });
  const [allowed] = workflowStatements(template).filter(({ Action }) => /glue/.test(String(Action)));
  expect(JSON.stringify(allowed?.Resource)).toContain(':job/my-spark"');
});

test('a batch by Spark is refused where an endpoint serves alone, and with no workers', () => {
  const glue = (options: { role: ReturnType<typeof Role.fromRoleArn> }) => SparkJobs.glue('s', options);
  expect(() => batchOn(glue, { servedBy: ServedBy.ENDPOINT, workers: 0 })).toThrow(
    /BatchEngine\.spark\(\) scores models in ONNX, .*workers of the engine must be .* 1 to 100, got 0/s,
  );
});
