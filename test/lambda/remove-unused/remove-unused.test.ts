import {
  AddTagsCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
} from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import { RoutingStore } from '../../../lambda/aws/routing-store';
import { tagsOf } from '../../../lambda/domain/release/ownership';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { FunctionVersions } from '../../../lambda/remove-unused/function-versions';
import { removeUnused } from '../../../lambda/remove-unused/remove-unused';
import { SageMakerFixture, variant } from '../../local/services/sagemaker-fixture';
import { candidateRoute, OWNER } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';

const PRODUCTION = {
  modelVersion: '1.0.0',
  variant: 'blue' as const,
  modelName: 'churn-1',
  endpointConfigName: 'churn-1-config',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
  since: '2026-11-24T10:00:00Z',
  ledgerSequence: 1,
};

describe('removeUnused', () => {
  let fixture: SageMakerFixture;
  let routing: RoutingStore;

  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    routing = new RoutingStore(new SSMClient(fixture.config()), '/model-pipeline/churn/routing');
    await make('churn-1', 'churn-2');
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  /** Models with a config each, tagged as a pipeline's. */
  async function make(...names: string[]): Promise<void> {
    for (const name of names) {
      await fixture.model(name, 1);
      await fixture.endpointConfig(`${name}-config`, [variant('blue', name)]);
      for (const resource of [`model/${name}`, `endpoint-config/${name}-config`]) {
        await tag(resource, 'churn');
      }
    }
  }

  const tag = (resource: string, pipeline: string) =>
    fixture.sagemaker.send(
      new AddTagsCommand({
        ResourceArn: `arn:aws:sagemaker:us-east-1:000000000000:${resource}`,
        Tags: tagsOf({ ...OWNER, pipelineName: pipeline }),
      }),
    );

  const remove = async (document: Partial<RoutingDocument>) => {
    await routing.create({ ...emptyRouting('churn'), ...document });
    return removeAgain();
  };

  const removeAgain = (functionVersions?: FunctionVersions) =>
    removeUnused({
      ...OWNER,
      endpointName: 'churn',
      routing,
      sageMaker: fixture.sagemaker,
      functionVersions,
    });

  const left = async () => {
    const { EndpointConfigs = [] } = await fixture.sagemaker.send(new ListEndpointConfigsCommand({}));
    const { Models = [] } = await fixture.sagemaker.send(new ListModelsCommand({}));
    return [
      ...EndpointConfigs.map(({ EndpointConfigName }) => EndpointConfigName),
      ...Models.map(({ ModelName }) => ModelName),
    ].sort();
  };

  test('removes what is not in production', async () => {
    expect(await remove({ production: PRODUCTION })).toEqual({ removed: ['churn-2-config', 'churn-2'] });
    expect(await left()).toEqual(['churn-1', 'churn-1-config']);
  });

  test('removes what the function was long ago, but for what an alias uses', async () => {
    const served = await ServedFunction.create(fixture, 6);
    const versions = new FunctionVersions(served.lambda, ServedFunction.NAME);
    await routing.create({ ...emptyRouting('churn'), production: { ...PRODUCTION, functionVersion: '5' } });
    // Its alias is at 1 still.
    expect((await removeAgain(versions)).removed).toContain('churn-function:2');
    expect(await served.versions()).toEqual(['$LATEST', '1', '3', '4', '5', '6']);
    await served.alias.follow(routing);
    expect(await removeAgain(versions)).toEqual({ removed: ['churn-function:1'] });
    expect(await served.versions()).toEqual(['$LATEST', '3', '4', '5', '6']);
  });

  test('keeps what the endpoint runs, whatever the routing document says', async () => {
    await fixture.endpoint('churn', [variant('green', 'churn-2')]);
    await remove({ production: PRODUCTION });
    expect(await left()).toEqual(['churn-1', 'churn-1-config', 'churn-2', 'churn-config']);
  });

  test('removes what a first release has left, though somebody else has an endpoint of the name', async () => {
    await fixture.model('theirs', 1);
    await fixture.endpoint('churn', [variant('green', 'theirs')]);
    await remove({});
    expect(await left()).toEqual(['churn-config', 'theirs']);
  });

  test('keeps the model of a shadow that the endpoint still has', async () => {
    await make('churn-3');
    await fixture.endpoint('churn', [variant('blue', 'churn-1')], {
      ShadowProductionVariants: [variant('green', 'churn-2')],
    });
    await remove({ production: PRODUCTION });
    expect(await left()).toEqual(['churn-1', 'churn-1-config', 'churn-2', 'churn-config']);
  });

  test('removes the endpoint, with all that it needs, once a function serves alone; not that of somebody else', async () => {
    const { endpointConfigName, ...production } = PRODUCTION;
    await fixture.endpoint('churn', [variant('green', 'churn-2')]);
    await remove({ production });
    expect((await fixture.sagemaker.send(new ListEndpointsCommand({}))).Endpoints).toHaveLength(1);
    await tag('endpoint/churn', 'churn');
    await removeAgain();
    const { Endpoints = [] } = await fixture.sagemaker.send(new ListEndpointsCommand({}));
    expect(Endpoints.map(({ EndpointStatus }) => EndpointStatus)).not.toContain('InService');
    // The config of the endpoint is not the pipeline's by its tag.
    expect(await left()).toEqual(['churn-1', 'churn-config']);
  });

  test('removes nothing while a release is under way', async () => {
    expect(await remove({ production: PRODUCTION, candidate: candidateRoute() })).toEqual({ removed: [] });
    expect(await left()).toHaveLength(4);
  });

  test("keeps other pipelines' things, and the models that a retraining evaluates", async () => {
    await make('churn-eu-1', 'churn-1-1-0-scoring-0a1b2c3d');
    await fixture.model('churn-of-somebody', 1);
    await tag('model/churn-eu-1', 'churn-eu');
    await tag('endpoint-config/churn-eu-1-config', 'churn-eu');
    await remove({ production: PRODUCTION });
    expect(await left()).toEqual(
      expect.arrayContaining([
        'churn-1-1-0-scoring-0a1b2c3d',
        'churn-eu-1',
        'churn-eu-1-config',
        'churn-of-somebody',
      ]),
    );
  });
});
