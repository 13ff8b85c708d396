import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { paginateListTags } from '@aws-sdk/client-sagemaker';
import { type AdoptionProps, adoptEndpoint } from '../../../lambda/adopt-endpoint/adopt-endpoint';
import { AdoptableEndpoint } from '../../../lambda/adopt-endpoint/adoptable-endpoint';
import {
  physicalIdOf,
  type StepProps,
  type StepRequest,
  serveStep,
} from '../../../lambda/adopt-endpoint/serve-step';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { tagsOf } from '../../../lambda/domain/release/ownership';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { BUCKET, IMAGE, variant } from '../../local/services/sagemaker-fixture';
import { collect } from '../collect';
import { OWNER, PipelineFixture } from '../pipeline-fixture';

jest.setTimeout(300_000);

const ENDPOINT = 'Churn-Prod';

describe('an adoption', () => {
  const fixture = new PipelineFixture();

  beforeAll(async () => {
    await fixture.start();
    await fixture.model('their-model', 1);
    await fixture.endpoint(ENDPOINT, [variant('AllTraffic', 'their-model')]);
  });
  beforeEach(() => fixture.routing.write(emptyRouting(ENDPOINT)));
  afterAll(() => fixture.cloud.stop());

  function props(): AdoptionProps & StepProps {
    const { sagemaker: sageMaker, store, registry, routing } = fixture;
    const settings = {
      variantName: 'AllTraffic',
      hosting: { instanceType: 'ml.m5.large', initialInstanceCount: 1 },
      contentTypes: ['text/csv'],
      scales: false,
    };
    const autoScaling = new ApplicationAutoScalingClient(fixture.config());
    return {
      ...OWNER,
      endpoint: new AdoptableEndpoint({ ...OWNER, endpointName: ENDPOINT, settings, sageMaker, autoScaling }),
      settings,
      sageMaker,
      store,
      registry,
      routing,
      ledger: new LedgerStore(store),
      now: () => fixture.cloud.clock.date(),
      partition: 'aws',
      pause: async () => undefined,
    };
  }

  test('registers what the endpoint serves, records it, and puts it into production; nothing that serves changes', async () => {
    const before = await fixture.describe(ENDPOINT);
    expect(await adoptEndpoint(props())).toContain(
      'version 1.0.0 is in production: adopted the endpoint Churn-Prod',
    );
    const { $metadata: _, ...after } = await fixture.describe(ENDPOINT);
    expect(before).toMatchObject(after);

    const { container, properties, approval } = await fixture.registry.get('1.0.0');
    expect(approval).toBe('Approved');
    expect(container).toEqual({
      image: IMAGE,
      modelDataUrl: `s3://${BUCKET}/models/1.0.0/model.tar.gz`,
      environment: { SAGEMAKER_PROGRAM: 'inference.py' },
    });
    expect(properties.modelSha256).toMatch(/=$/);
    expect(properties.schemaHash).toBeUndefined();
    expect(await fixture.getBytes('models/1.0.0/model.tar.gz')).toEqual(
      await fixture.getBytes('models/their-model/model.tar.gz'),
    );

    const entry = (await new LedgerStore(fixture.store).newest(1)).at(-1)?.entry;
    const route = {
      variant: 'AllTraffic',
      modelName: 'their-model',
      endpointConfigName: `${ENDPOINT}-config`,
    };
    expect(entry).toMatchObject({ kind: 'adoption', modelVersion: '1.0.0', route });
    expect(entry).toMatchObject({
      reasons: [expect.anything(), expect.stringContaining('its requests are not recorded')],
    });
    expect((await fixture.routing.read()).production).toMatchObject({ modelVersion: '1.0.0', ...route });
    const pages = paginateListTags({ client: fixture.sagemaker }, { ResourceArn: before.EndpointArn });
    expect(await collect(pages)).toMatchObject([
      { Tags: [...tagsOf(OWNER), { Key: 'model-pipeline-adopted', Value: 'true' }] },
    ]);
  });

  test('does nothing more once a version is in production', async () => {
    const first = await adoptEndpoint(props());
    const known = await fixture.routing.read();
    expect(await adoptEndpoint(props())).toMatch(/^version \S+ is in production$/);
    expect(first).toContain('is in production');
    expect(await fixture.routing.read()).toEqual(known);
  });

  test('takes step after step, and later answers what each has found, whatever the endpoint runs by then', async () => {
    const request = (Step: string, changes: object = {}) =>
      ({
        RequestType: 'Create',
        LogicalResourceId: 'Step',
        ResourceProperties: { Step },
        ...changes,
      }) as StepRequest;
    const [endpoint, found, model] = await Promise.all(
      ['endpoint', 'variant', 'model'].map((step) => serveStep(request(step), props())),
    );
    const arn = 'arn:aws:sagemaker:us-east-1:000000000000';
    expect(endpoint).toEqual({
      EndpointConfigName: 'Churn-Prod-config',
      EndpointConfigArn: `${arn}:endpoint-config/churn-prod-config`,
    });
    expect(found).toEqual({ ModelArn: `${arn}:model/their-model` });
    const artifact = `arn:aws:s3:::${BUCKET}/models/their-model/model.tar.gz`;
    expect(model).toEqual({ ArtifactArn: artifact, ScriptsArn: artifact });
    const PhysicalResourceId = physicalIdOf(endpoint, request('endpoint'));
    const update = request('endpoint', { RequestType: 'Update', PhysicalResourceId });
    expect(await serveStep(update, props())).toEqual(endpoint);
    expect(await serveStep(request('endpoint', { RequestType: 'Delete' }), props())).toBeUndefined();
  });

  test('tries again what IAM does not allow yet, for a minute', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    let denials = 0;
    const describe = () => (denials++ < 3 ? Promise.reject(denied) : fixture.describe(ENDPOINT));
    const pauses: number[] = [];
    const endpoint = { ...props().endpoint, describe } as unknown as StepProps['endpoint'];
    const request = { RequestType: 'Create', ResourceProperties: { Step: 'endpoint' } } as StepRequest;
    const pause = async (milliseconds: number) => pauses.push(milliseconds);
    expect(await serveStep(request, { ...props(), endpoint, pause })).toHaveProperty('EndpointConfigName');
    expect(pauses).toEqual([5_000, 5_000, 5_000]);
  });
});
