import { planRelease } from '../../../lambda/domain/release/release-plan';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { servingContainer, workflowPlan } from '../../../lambda/plan-release/workflow-plan';

const PRODUCTION: NonNullable<RoutingDocument['production']> = {
  modelVersion: '1.0.0',
  variant: 'blue',
  modelName: 'churn-1-0-0-model',
  endpointConfigName: 'churn-1-0-0-config',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
  since: '2026-11-24T09:00:00Z',
  ledgerSequence: 1,
};
const VERSION = {
  modelVersion: '1.1.0',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2',
  packageVersion: 2,
  approval: 'Approved' as const,
  properties: { dataVersion: '0123456789abcdef' },
  container: {
    image: 'image:1',
    modelDataUrl: 's3://bucket/models/1.1.0/model.tar.gz',
    environment: { SAGEMAKER_SUBMIT_DIRECTORY: 's3://bucket/old.tar.gz', WORKERS: '1' },
  },
};
const SETTINGS = {
  networkIsolation: false,
  servingEnvironment: { SAGEMAKER_SUBMIT_DIRECTORY: 's3://bucket/new.tar.gz', WORKERS: '2' },
  hosting: { kind: 'realTime' as const, instanceType: 'ml.m5.large', initialInstanceCount: 3 },
};

const REQUEST = { pipeline: 'churn', modelVersion: '1.1.0', releaseId: 'r', hasEndpoint: true };

describe('workflowPlan', () => {
  const ordersOn = (routing: RoutingDocument) =>
    workflowPlan(planRelease({ ...REQUEST, routing, trafficShares: [0.1, 1] }), VERSION, SETTINGS);

  test('puts the challenger beside the champion without traffic, and leaves it alone in the end', () => {
    const orders = ordersOn({ ...emptyRouting('churn'), production: PRODUCTION });
    const hosting = { InstanceType: 'ml.m5.large', InitialInstanceCount: 3 };
    const challenger = { VariantName: 'green', ModelName: orders.modelName, ...hosting };
    expect(orders).toMatchObject({ first: false, variant: 'green', championVariant: 'blue' });
    expect(orders.champion).toEqual(PRODUCTION);
    expect(orders.variants).toEqual([
      { VariantName: 'blue', ModelName: 'churn-1-0-0-model', ...hosting, InitialVariantWeight: 1 },
      { ...challenger, InitialVariantWeight: 0 },
    ]);
    expect(orders.finalVariants).toEqual([{ ...challenger, InitialVariantWeight: 1 }]);
    expect(orders.configName).not.toBe(orders.finalConfigName);
  });

  test('has a config for the shadow before, with one production variant, if there is to be one', () => {
    const live = { ...emptyRouting('churn'), production: PRODUCTION };
    expect(ordersOn(live).shadow).toBeNull();
    const request = { ...REQUEST, trafficShares: [1], shadow: true };
    const settings = { ...SETTINGS, shadowShare: 0.25 };
    const orders = workflowPlan(planRelease({ ...request, routing: live }), VERSION, settings);
    expect(orders.shadow).toMatchObject({
      variants: [{ VariantName: 'blue', ModelName: 'churn-1-0-0-model', InitialVariantWeight: 1 }],
      shadowVariants: [{ VariantName: 'shadow', ModelName: orders.modelName, InitialVariantWeight: 0.25 }],
    });
    const names = [orders.shadow?.configName, orders.configName, orders.finalConfigName];
    expect(new Set(names).size).toBe(3);
    // The other names are those that a restore finds, which knows nothing of the shadow.
    expect(orders).toMatchObject({ configName: ordersOn(live).configName });
    const first = planRelease({ ...request, routing: emptyRouting('churn') });
    expect(workflowPlan(first, VERSION, settings).shadow).toBeNull();
  });

  test('deploys the first version alone, with its final config', () => {
    const orders = ordersOn(emptyRouting('churn'));
    expect(orders).toMatchObject({ first: true, champion: null, championVariant: null, variant: 'blue' });
    expect(orders.configName).toBe(orders.finalConfigName);
    expect(orders.variants).toEqual(orders.finalVariants);
  });

  test("serves a version with the code beside its model, and today's other settings", () => {
    expect(ordersOn(emptyRouting('churn')).container).toEqual({
      Image: 'image:1',
      ModelDataUrl: 's3://bucket/models/1.1.0/model.tar.gz',
      Environment: { SAGEMAKER_SUBMIT_DIRECTORY: 's3://bucket/models/1.1.0/sourcedir.tar.gz', WORKERS: '2' },
    });
  });

  test('looks for packages where the version has them, which an older one fetches at its start', () => {
    const current = { ...SETTINGS.servingEnvironment, PIP_NO_INDEX: '1', PYTHONPATH: '/opt/ml/model/new' };
    const environmentOf = (environment: Record<string, string>) =>
      servingContainer(
        { ...VERSION, container: { ...VERSION.container, environment } },
        { ...SETTINGS, servingEnvironment: current },
      ).Environment;
    const ofVersion = { PIP_NO_INDEX: '1', PYTHONPATH: '/opt/ml/model/old' };
    expect(environmentOf(ofVersion)).toMatchObject(ofVersion);
    expect(Object.keys(environmentOf(VERSION.container.environment) ?? {})).toEqual([
      'SAGEMAKER_SUBMIT_DIRECTORY',
      'WORKERS',
    ]);
  });
});
