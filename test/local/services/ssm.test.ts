import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ServiceFixture } from './service-fixture';

describe('the parameter store', () => {
  let fixture: ServiceFixture;
  let ssm: SSMClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    ssm = new SSMClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const get = async (name: string, client = ssm) =>
    (await client.send(new GetParameterCommand({ Name: name }))).Parameter;

  test('keeps the last 100 versions of a parameter, which are selected by their number', async () => {
    for (let version = 1; version <= 102; version++) {
      const put = {
        Name: '/churn/routing',
        Value: `text ${version}`,
        Type: 'String',
        Overwrite: true,
      } as const;
      expect(await ssm.send(new PutParameterCommand(put))).toMatchObject({ Version: version });
    }
    expect(await get('/churn/routing')).toMatchObject({ Value: 'text 102', Version: 102 });
    for (const version of [3, 101, 102]) {
      expect(await get(`/churn/routing:${version}`)).toMatchObject({
        Value: `text ${version}`,
        Version: version,
      });
    }
    for (const version of [0, 2, 103]) {
      await expect(get(`/churn/routing:${version}`)).rejects.toMatchObject({
        name: 'ParameterVersionNotFound',
      });
    }
  });

  test('lets who may read a parameter read each of its versions', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/churn/routing', Value: 'one', Type: 'String' }));
    const reader = await fixture.roleConfig('reader', [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/churn/routing' },
    ]);
    expect(await get('/churn/routing:1', new SSMClient(reader))).toMatchObject({ Value: 'one' });
  });
});
