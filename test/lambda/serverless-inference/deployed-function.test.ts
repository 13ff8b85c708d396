import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { strToU8, zipSync } from 'fflate';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import { LocalCloud } from '../../../local/local-cloud';
import reference from '../../reference/onnx-models.json';
import { productionRoute } from '../pipeline-fixture';
import { modelArchive } from './stored-model';

const ASSET = join(__dirname, '../../../dist/assets/inference');

/** Stands for ONNX Runtime, whose native code would be most of the function: it answers each row with 0.5. */
const ONNX_RUNTIME = `
exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };
exports.InferenceSession = { create: async () => ({
  run: async ({ X }) => ({ variable: { data: new Float32Array(X.dims[0]).fill(0.5) } }),
}) };
`;

describe('the function as it is deployed', () => {
  // It begins with the time of this machine: that is the date in the headers of S3 below, whose clock must
  // not seem to be wrong.
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  const archive = modelArchive(reference.twoFeatures.onnx);
  /** Objects that the function asked S3 to write, whether or not it did. */
  const puts: { readonly key: string; readonly events: string[]; readonly response: ServerResponse }[] = [];
  let hasPut: () => void = () => {};
  /** S3 as far as the function uses it, which answers a PUT when the test wants. */
  const s3 = createServer(async (request, response) => {
    const key = new URL(request.url ?? '', 'http://s3').pathname.replace('/bucket/', '');
    if (request.method === 'GET') {
      const isArchive = key === 'models/1.0.0/model.tar.gz';
      response.statusCode = isArchive ? 200 : 404;
      response.end(isArchive ? archive : '<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks)
      .toString()
      .split(/\r?\n/)
      .filter((line) => line.startsWith('{'));
    const events = parseCapture(lines.join('\n')).requests.map(({ inferenceId }) => inferenceId ?? '');
    puts.push({ key, events, response });
    hasPut();
  });

  beforeAll(async () => {
    await cloud.start();
    await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
    const iam = new IAMClient(cloud.clientConfig);
    const allow = (statement: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'role',
        AssumeRolePolicyDocument: allow({
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'role',
        PolicyName: 'policy',
        PolicyDocument: allow({ Action: ['logs:*', 'ssm:GetParameter'], Resource: '*' }),
      }),
    );
    const routing = { ...emptyRouting('churn'), production: productionRoute() };
    await new SSMClient(cloud.clientConfig).send(
      new PutParameterCommand({ Name: '/routing', Type: 'String', Value: JSON.stringify(routing) }),
    );
    const files = ['start.mjs', 'serverless-inference.js'].map(
      (name) => [name, readFileSync(join(ASSET, name))] as const,
    );
    await new LambdaClient(cloud.clientConfig).send(
      new CreateFunctionCommand({
        FunctionName: 'function',
        Role: `arn:aws:iam::${cloud.account}:role/role`,
        Runtime: 'nodejs22.x',
        Handler: 'start.handler',
        Timeout: 60,
        MemorySize: 512,
        // As the constructs deploy it: metrics must be found in what it writes.
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: environment(),
        Code: {
          ZipFile: zipSync({
            ...Object.fromEntries(files),
            'node_modules/onnxruntime-node/index.js': strToU8(ONNX_RUNTIME),
          }),
        },
      }),
    );
  });
  afterAll(async () => {
    await cloud.stop();
    s3.closeAllConnections();
    s3.close();
  });

  function environment(settings: object = {}) {
    return {
      Variables: {
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
        PIPELINE_NAME: 'churn',
        BUCKET_NAME: 'bucket',
        SETTINGS: JSON.stringify({
          serves: { kind: 'routing', parameter: '/routing', maximumAgeSeconds: 10 },
          capturePercentage: 100,
          captureFolder: 'churn',
          metricNamespace: 'ModelPipeline',
          ...settings,
        }),
      },
    };
  }

  async function ask(inferenceId: string) {
    const { Payload, FunctionError } = await new LambdaClient(cloud.clientConfig).send(
      new InvokeCommand({
        FunctionName: 'function',
        Payload: JSON.stringify({ rows: [[1, 2]], inferenceId }),
      }),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? '');
    expect({ FunctionError, ...answer }).toMatchObject({ FunctionError: undefined, predictions: [0.5] });
  }

  /** The nth object that is written. */
  async function put(index: number) {
    while (puts.length <= index) {
      await new Promise<void>((resolve) => {
        hasPut = resolve;
      });
    }
    return puts[index] as (typeof puts)[number];
  }

  test('answers while S3 has not taken the record yet, which is written once', async () => {
    await ask('first');
    const { key, events, response } = await put(0);
    expect(key).toMatch(/^capture\/churn\/blue\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-\d{3}-[\w-]+\.jsonl$/);
    expect(events).toEqual(['first']);
    response.end();
    await cloud.clock.settle();
    expect(puts).toHaveLength(1);
  });

  test('counts and logs a record that S3 refuses, and writes it with the next one', async () => {
    await ask('second');
    const refused = await put(1);
    refused.response.statusCode = 403;
    refused.response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    await cloud.clock.settle();
    const { Datapoints = [] } = await new CloudWatchClient(cloud.clientConfig).send(
      new GetMetricStatisticsCommand({
        Namespace: 'ModelPipeline',
        MetricName: 'CaptureWriteErrors',
        Dimensions: [{ Name: 'Pipeline', Value: 'churn' }],
        StartTime: new Date(cloud.clock.now() - 600_000),
        EndTime: new Date(cloud.clock.now() + 600_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints.map(({ Sum }) => Sum)).toEqual([1]);
    await ask('third');
    const repeated = await put(2);
    expect(repeated).toMatchObject({ key: refused.key, events: ['second', 'third'] });
    repeated.response.end();
    await cloud.clock.settle();
  });

  test('gathers records for a time if it may, and writes those that wait when Lambda ends its instance', async () => {
    const lambda = new LambdaClient(cloud.clientConfig);
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'function',
        Environment: environment({ captureIntervalSeconds: 60 }),
      }),
    );
    await ask('fourth');
    (await put(3)).response.end();
    // The same instance answers the next one only when its extension has ended.
    await cloud.clock.settle();
    await ask('fifth');
    await cloud.clock.settle();
    await ask('sixth');
    await cloud.clock.settle();
    expect(puts).toHaveLength(4);
    const deletion = lambda.send(new DeleteFunctionCommand({ FunctionName: 'function' }));
    const last = await put(4);
    expect(last.events).toEqual(['fifth', 'sixth']);
    last.response.end();
    await deletion;
  });
});
