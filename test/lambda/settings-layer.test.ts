import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { zipSync } from 'fflate';
import { SETTINGS_FILE, settingsLayer } from '../../lib/runtime/function-code';
import { LocalCloud } from '../../local/local-cloud';
import { STAGED } from '../staged';

const FUNCTIONS = join(__dirname, '../../dist/assets/functions');

describe('a function whose settings exceed its environment', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  let lambda: LambdaClient;

  beforeAll(async () => {
    await cloud.start();
    lambda = new LambdaClient(cloud.clientConfig);
    const iam = new IAMClient(cloud.clientConfig);
    const allow = (statement: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] });
    const Principal = { Service: 'lambda.amazonaws.com' };
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'role',
        AssumeRolePolicyDocument: allow({ Principal, Action: 'sts:AssumeRole' }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'role',
        PolicyName: 'logs',
        PolicyDocument: allow({ Action: 'logs:*', Resource: '*' }),
      }),
    );
  });
  afterAll(() => cloud.stop());

  /** What the function says of an event without content, once it has read its settings. */
  async function answer(name: string, layers: string[]): Promise<string> {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${cloud.account}:role/role`,
        Runtime: 'nodejs24.x',
        Handler: 'write-report.handler',
        MemorySize: 512,
        Timeout: 60,
        Layers: layers,
        Environment: {
          Variables: {
            PIPELINE_NAME: 'churn',
            OWNER_ID: 'owner',
            BUCKET_NAME: 'bucket',
            ROUTING_PARAMETER: '/routing',
            MODEL_PACKAGE_GROUP: 'churn',
            ENDPOINT_NAME: 'churn',
            TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
            SETTINGS: '{}',
            SETTINGS_FILE,
          },
        },
        Code: { ZipFile: zipOf(FUNCTIONS) },
      }),
    );
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
    return JSON.parse(Payload?.transformToString() ?? '').errorMessage;
  }

  test('reads them from its layer', async () => {
    const { LayerVersionArn } = await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: 'settings',
        Content: { ZipFile: zipOf(stagedLayer({ requestMetrics: [] })) },
      }),
    );
    expect(await answer('with', [LayerVersionArn as string])).toMatch(/^end of a release is not valid/);
  });

  test('names the file that no layer has', async () => {
    expect(await answer('without', [])).toMatch(
      /^no layer of the function has function-settings\.json in NODE_PATH/,
    );
  });
});

/** Folder of the layer's content, as a synth stages it. */
function stagedLayer(settings: object): string {
  const app = new App(STAGED);
  const stack = new Stack(app, 'Test');
  settingsLayer(stack, 'Settings', settings);
  const [layer] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::LayerVersion'));
  return join(app.outdir, `asset.${layer?.Properties.Content.S3Key.replace('.zip', '')}`);
}

function zipOf(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  return zipSync(Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path)])));
}
