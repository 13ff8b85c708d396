import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { SigningKey } from '../../bin/cli/sign-request';
import { ApiAuthorization, InferenceApi, ModelPipeline, ServedBy } from '../../lib';
import { runCli } from '../bin/cli';
import { signedFetch } from '../signed-fetch';
import { TokenIssuer } from '../token-issuer';
import { customers, customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(600_000);

/** In each step of the release. */
const REQUESTS = 60;
const CALLER = 'api-caller';
const STRANGER = 'api-stranger';
const ACCESS_LOG = '/shop/predictions';

describe('HTTP APIs before a pipeline', () => {
  const pipeline = new DeployedPipeline();
  const issuer = new TokenIssuer();
  const rows = customers({ count: 200, seed: 78 });
  let urls: Record<string, string>;
  let caller: SigningKey;
  let stranger: SigningKey;

  /** APIs of another stack, before a pipeline that is deployed already. */
  function apiStack(app: App): void {
    const stack = new Stack(app, 'Apis', { env: { account: '000000000000', region: 'us-east-1' } });
    const model = ModelPipeline.fromPipelineAttributes(stack, 'Model', {
      pipelineName: PIPELINE,
      servedBy: ServedBy.FUNCTION,
    });
    const role = (roleName: string) =>
      new Role(stack, roleName, { roleName, assumedBy: new AccountPrincipal(stack.account) });
    role(STRANGER);
    const signed = model.addInferenceApi('Signed', {
      accessLog: new LogGroup(stack, 'Log', { logGroupName: ACCESS_LOG }),
    });
    signed.grantInvoke(role(CALLER));
    const tokens = new InferenceApi(stack, 'Tokens', {
      pipeline: model,
      authorization: ApiAuthorization.jwt({ issuer: issuer.url, audience: ['shop'], scopes: ['predict'] }),
    });
    new CfnOutput(stack, 'SignedUrl', { value: signed.url });
    new CfnOutput(stack, 'TokensUrl', { value: tokens.url });
  }

  beforeAll(async () => {
    await issuer.start();
    await pipeline.start({ servedBy: ServedBy.FUNCTION });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    const { code, output } = await pipeline.cdk.deploy(apiStack);
    expect({ code, output }).toMatchObject({ code: 0 });
    urls = Object.fromEntries(
      [...output.matchAll(/Apis\.(\w+)Url = (\S+)/g)].map(([, name, url]) => [name, url]),
    );
    [caller, stranger] = (await Promise.all([keyOf(CALLER), keyOf(STRANGER)])) as [SigningKey, SigningKey];
  }, 600_000);

  afterAll(async () => {
    await pipeline.stop();
    await issuer.stop();
  });

  async function keyOf(role: string): Promise<SigningKey> {
    const RoleArn = `arn:aws:iam::000000000000:role/${role}`;
    const { Credentials } = await new STSClient(pipeline.config()).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'shop' }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }

  const predict = (body: object, key = caller) =>
    signedFetch(`${urls.Signed}/predictions`, key, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const get = async (path: string) =>
    (await (await signedFetch(`${urls.Signed}${path}`, caller)).json()) as Record<string, unknown>;

  test('a release in the middle of it moves requests to the new version, and none of them fails', async () => {
    const answered = new Map<string, Set<string>>();
    const failures: unknown[] = [];
    let number = 0;
    const execution = await pipeline.startRetraining(BETTER);
    const ending = await pipeline.follow(execution, async () => {
      const share = String((await pipeline.routing()).candidate?.trafficShare);
      for (let request = 0; request < REQUESTS; request++) {
        const response = await predict({
          rows: [rows[number++ % rows.length]],
          inferenceId: `order-${number}`,
        });
        const answer = (await response.json()) as { modelVersion: string };
        if (response.status !== 200) failures.push(answer);
        answered.set(share, (answered.get(share) ?? new Set()).add(answer.modelVersion));
      }
    });
    expect(failures).toEqual([]);
    expect(ending).toMatchObject({ output: { outcome: 'promoted', modelVersion: '2.0.0' } });
    expect(answered.get('0.5')).toEqual(new Set(['1.0.0', '2.0.0']));
    expect(await (await predict({ rows: rows.slice(0, 2) })).json()).toMatchObject({
      modelVersion: '2.0.0',
      predictions: [expect.any(Number), expect.any(Number)],
    });
  });

  test('the version in production, its columns and its document are told', async () => {
    expect(await get('/version')).toMatchObject({ modelVersion: '2.0.0', variant: 'green' });
    expect(await get('/health')).toEqual({ status: 'pass', modelVersion: '2.0.0' });
    const { inputs } = await get('/schema');
    expect((inputs as { name: string }[]).map(({ name }) => name)).toEqual([
      'complaints',
      'price',
      'shoe_size',
    ]);
    expect(await get('/openapi.json')).toMatchObject({
      openapi: '3.1.1',
      info: { title: PIPELINE, version: '2.0.0' },
      paths: { '/predictions': {} },
    });
  });

  test('requests that are at fault, and callers without leave, are refused, and the model is not asked', async () => {
    const refused = await predict({ rows: [{ complaints: 1, price: 'cheap', shoe_size: 40 }] });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await refused.json()).toMatchObject({ field: 'rows[0].price' });
    expect((await predict({ rows }, stranger)).status).toBe(403);
    const unsigned = await fetch(`${urls.Signed}/predictions`, { method: 'POST', body: '{}' });
    expect([unsigned.status, await unsigned.json()]).toEqual([403, { message: 'Forbidden' }]);
  });

  test('tokens of the issuer let callers in, if they are for this API and have its scope', async () => {
    const now = new Date();
    const ask = async (token?: string) => {
      const authorization = token && { authorization: `Bearer ${token}` };
      const headers = { 'content-type': 'application/json', ...authorization };
      const body = JSON.stringify({ rows: rows.slice(0, 1) });
      return (await fetch(`${urls.Tokens}/predictions`, { method: 'POST', headers, body })).status;
    };
    expect(await ask(issuer.token({ aud: 'shop', scope: 'read predict' }, { now }))).toBe(200);
    expect(await ask()).toBe(401);
    expect(await ask(issuer.token({ aud: 'bank', scope: 'predict' }, { now }))).toBe(401);
    expect(await ask(issuer.token({ aud: 'shop', scope: 'read' }, { now }))).toBe(403);
    const authorization = `Bearer ${issuer.token({ aud: 'shop', scope: 'predict' }, { now })}`;
    const schema = await fetch(`${urls.Tokens}/schema`, { headers: { authorization } });
    expect(await schema.json()).toMatchObject({ modelVersion: '2.0.0' });
    expect((await fetch(`${urls.Tokens}/schema`)).status).toBe(401);
  });

  test('an operator gets predictions of a file, by each API and by the function', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'predict-'));
    try {
      const file = join(folder, 'customers.csv');
      writeFileSync(file, customersCsv({ count: 25, seed: 79 }));
      const environment = pipeline.environment();
      const byApi = await runCli(
        ['predict', file, '--api', 'Signed', '--rows-per-request', '10'],
        environment,
      );
      expect(byApi).toMatchObject({ code: 0 });
      expect(byApi.stderr).toContain('columns that the model does not take: left');
      expect(byApi.stderr).toContain('25 of them by version 2.0.0');
      expect(byApi.stdout.trim().split('\n').map(Number)).toHaveLength(25);
      const byFunction = await runCli(['predict', file], environment);
      expect(byFunction.stdout).toBe(byApi.stdout);
      const token = issuer.token({ aud: 'shop', scope: 'predict' }, { now: new Date() });
      const byToken = await runCli(['predict', file, '--api', 'Tokens', '--token', token], environment);
      expect(byToken.stdout).toBe(byApi.stdout);
      const unknown = await runCli(['predict', file, '--api'], environment);
      expect(unknown).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('choose one with --api: Signed, Tokens'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the access log has each request with its caller, and no row', async () => {
    const { events = [] } = await new CloudWatchLogsClient(pipeline.config()).send(
      new FilterLogEventsCommand({ logGroupName: ACCESS_LOG, limit: 1_000 }),
    );
    const lines = events.map(({ message }) => JSON.parse(message as string) as Record<string, string>);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          route: 'POST /predictions',
          status: '200',
          caller: `arn:aws:sts::000000000000:assumed-role/${CALLER}/shop`,
        }),
        expect.objectContaining({ status: '403', error: 'Forbidden', caller: '-' }),
      ]),
    );
    expect(events.map(({ message }) => message).join()).not.toMatch(/complaints|cheap|Credential/);
  });
});
