import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps, ServedBy } from '../../lib';
import { allStatements, roleStatements } from './role-statements';
import { definitionOf } from './state-machine-definition';

function synthesize(props: ModelPipelineProps): Template {
  const env = { account: '111111111111', region: 'eu-central-1' };
  const stack = new Stack(new App(), 'Test', { env });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

describe('a pipeline that adopts an endpoint', () => {
  const adopt = { endpointName: 'Churn-Prod' };
  const smokeTest = { requests: [{ body: '41,3.5' }] };
  const template = synthesize({ adopt, smokeTest });
  const endpoint = {
    'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':endpoint/churn-prod')])],
  };

  test('updates, invokes and watches that endpoint, and no other', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text.includes('endpoint/flights')).toBe(false);
    expect(definitionOf(template, 'Releases a version')).toMatchObject({
      States: { UpdateEndpoint: { Arguments: { EndpointName: 'Churn-Prod' } } },
    });
    const updates = allStatements(template).filter(({ Action }) => Action === 'sagemaker:UpdateEndpoint');
    expect(updates.flatMap(({ Resource }) => Resource)).toContainEqual(endpoint);
    expect(text.includes('"VariantName","Value":"AllTraffic"')).toBe(true);
  });

  test('may read the config, the model and the artifact that it finds, and no others', () => {
    const readable = (action: string) =>
      allStatements(template)
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((resource) => JSON.stringify(resource));
    for (const [action, attribute] of [
      ['sagemaker:DescribeEndpointConfig', 'EndpointConfigArn'],
      ['sagemaker:DescribeModel', 'ModelArn'],
      ['s3:GetObject', 'ArtifactArn'],
      ['s3:GetObject', 'ScriptsArn'],
    ] as const) {
      expect(readable(action).some((resource) => resource.includes(`"${attribute}"`))).toBe(true);
      expect(
        readable(action).filter((resource) => /^"\*"$|:(endpoint-config|model)\/\*/.test(resource)),
      ).toEqual([]);
    }
  });

  test('keeps the role that the endpoint runs with when the stack is deleted', () => {
    template.hasResource('AWS::IAM::Role', {
      Properties: { Description: 'Serves versions of the model flights' },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  test('lets its workflows look at the adopted model, which a challenger must beat', () => {
    const training = { source: 'examples/flights/source' };
    const trains = synthesize({ adopt, smokeTest, training, data: { label: 'late' } });
    for (const workflow of ['ModelRetrainingWorkflowRole', 'ModelRegistrationWorkflowRole']) {
      const [, statements = []] =
        [...roleStatements(trains)].find(([role]) => role.startsWith(workflow)) ?? [];
      const looking = statements.filter(({ Action }) => Action === 'sagemaker:DescribeModel');
      expect(JSON.stringify(looking)).toContain('"ModelArn"');
    }
    expect(definitionOf(trains, 'Retrains flights')).toMatchObject({
      States: { FindChampion: { Assign: { registeredContainer: '{% $states.result.Payload.container %}' } } },
    });
  });

  test.each<[string, ModelPipelineProps, string]>([
    ['a function', { serverlessInference: {} }, 'leave out serverlessInference'],
    ['a function alone', { servedBy: ServedBy.FUNCTION }, 'leave out serverlessInference and servedBy'],
    ['a name that is none', { adopt: { endpointName: 'no name' } }, "got 'no name'"],
    ['no requests', { smokeTest: {} }, 'adopt needs smokeTest.requests'],
    ['RemovalPolicy.DESTROY', { removalPolicy: RemovalPolicy.DESTROY }, 'leave out removalPolicy'],
  ])('is refused with %s', (_, props, message) => {
    expect(() => synthesize({ adopt, smokeTest, ...props })).toThrow(message);
  });
});
