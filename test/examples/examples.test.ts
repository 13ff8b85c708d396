import { existsSync, readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { definitionOf } from '../lib/state-machine-definition';
import { repositoryFile } from '../repository-file';
import { EXAMPLES, synthesizedExample } from './example-app';

/** The template of the only stack, or of the named one. */
function templateOf(example: string, stack?: string): Template {
  const { stacks } = synthesizedExample(example).assembly;
  const found = stack ? stacks.find(({ stackName }) => stackName === stack) : stacks[0];
  return Template.fromJSON(found?.template as object);
}

describe('each example', () => {
  test.each(EXAMPLES)('synthesizes, and creates a pipeline: %s', (name) => {
    const { stacks } = synthesizedExample(name).assembly;
    const pipelines = stacks.map(({ template }) =>
      Template.fromJSON(template).findResources('AWS::SageMaker::ModelPackageGroup'),
    );
    expect(pipelines.flatMap((found) => Object.keys(found))).toHaveLength(1);
  });

  test.each([...EXAMPLES, 'python-app'])('has a page, which the index lists: %s', (name) => {
    expect(existsSync(repositoryFile('examples', name, 'README.md'))).toBe(true);
    expect(readFileSync(repositoryFile('examples', 'README.md'), 'utf8')).toContain(`(${name}/README.md)`);
  });

  test.each(EXAMPLES.filter((name) => name !== 'flights'))(
    'names the packages as its users do: %s',
    (name) => {
      const app = readFileSync(repositoryFile('examples', name, 'app.ts'), 'utf8');
      expect(app).toContain("from 'cdk-model-pipeline'");
      expect(app).not.toMatch(/from '\./);
    },
  );
});

test('the example of README is the app of examples/minimal, word for word', () => {
  const [, block] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(repositoryFile('README.md'), 'utf8')) ?? [];
  expect(block).toBe(readFileSync(repositoryFile('examples', 'minimal', 'app.ts'), 'utf8'));
});

describe('churn-batch', () => {
  test('delivers rows to a table of a cluster that is not of its stack', () => {
    const template = templateOf('churn-batch');
    template.resourceCountIs('AWS::RDS::DBCluster', 0);
    template.hasParameter('Cluster', { Type: 'String' });
    const functions = template.findResources('AWS::Lambda::Function', {
      Properties: { Handler: 'deliver-batch.handler' },
    });
    expect(JSON.stringify(functions)).toContain('churn_scores');
  });

  test('its table is the one of the guide', () => {
    const guide = readFileSync(repositoryFile('docs', 'guides', 'inference.md'), 'utf8');
    const schema = readFileSync(repositoryFile('examples', 'churn-batch', 'schema.sql'), 'utf8');
    expect(guide).toContain(schema.replace('churn_scores', 'scores'));
  });
});

describe('existing-stack', () => {
  test.each(['AWS::EC2::VPC', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::SNS::Topic'])(
    'has one %s, that of the stack, for the pipeline creates none',
    (type) => {
      templateOf('existing-stack', 'Churn').resourceCountIs(type, 1);
    },
  );

  test('runs every function of the pipeline in the VPC, and sends its events to the queue', () => {
    const template = templateOf('existing-stack', 'Churn');
    template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.anyValue() });
    const [queue] = Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) => /^Events/.test(id));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['model-pipeline'], detail: { pipeline: ['churn'] } },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [queue, 'Arn'] } })],
    });
  });

  test('lets a role of another stack, which knows the name of the pipeline, send requests', () => {
    const template = templateOf('existing-stack', 'Shop');
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'sagemaker:InvokeEndpoint' })] },
    });
  });
});

describe('function-only', () => {
  test('has no endpoint that scales, and lets its clients invoke the function alone', () => {
    const template = templateOf('function-only');
    template.hasOutput('*', { Description: Match.stringLikeRegexp('with the alias') });
    expect(Object.keys(template.findOutputs('*', { Description: 'Exists after the first release' }))).toEqual(
      [],
    );
    const [client] = Object.keys(
      template.findResources('AWS::IAM::Role', {
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [Match.objectLike({ Principal: { Service: 'ecs-tasks.amazonaws.com' } })],
          },
        },
      }),
    );
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: client }],
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] },
    });
  });
});

describe('shadow-and-approval', () => {
  test('has a shadow phase before a person is asked, and traffic after that', () => {
    const { States } = definitionOf(templateOf('shadow-and-approval'), 'Releases ');
    expect(Object.keys(States)).toEqual(expect.arrayContaining(['StartShadow', 'AskForApproval']));
  });

  test('lets a person decide on a challenger that the gate cannot judge', () => {
    const { States } = definitionOf(templateOf('shadow-and-approval'), 'Retrains ');
    expect(Object.keys(States)).toEqual(expect.arrayContaining(['ApproveVersion', 'RejectVersion']));
  });
});
