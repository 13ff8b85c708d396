import { InvokeCommand, LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Function as CdkFunction, Code, LayerVersion, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { strToU8, zipSync } from 'fflate';
import type { ResourceProvider } from '../../../../local/gateway/service';
import type { LambdaService } from '../../../../local/services/lambda/lambda-service';
import type { LogsService } from '../../../../local/services/logs/logs-service';
import { ServiceFixture } from '../service-fixture';

describe("Lambda's CloudFormation resources", () => {
  const fixture = new ServiceFixture();
  const context = fixture.resourceContext('Function');
  let role: string;

  beforeAll(async () => {
    await fixture.cloud.start();
    const provider = fixture.cloud.services.get('iam')?.resources?.['AWS::IAM::Role'] as ResourceProvider;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const { attributes } = await provider.create(
      { AssumeRolePolicyDocument: { Statement: [statement] } },
      fixture.resourceContext('Role'),
    );
    role = attributes?.Arn as string;
  });
  afterAll(() => fixture.cloud.stop());

  const resource = (type: string): ResourceProvider =>
    (fixture.cloud.service<LambdaService>('lambda').resources[`AWS::Lambda::${type}`] ??
      fixture.cloud.service<LogsService>('logs').resources[`AWS::Logs::${type}`]) as ResourceProvider;

  const inline = (answer: unknown) => ({
    Code: { ZipFile: `exports.handler = async () => (${JSON.stringify(answer)})` },
    Handler: 'index.handler',
    Runtime: 'nodejs22.x',
    Role: role,
  });

  async function answerOf(functionName: string): Promise<unknown> {
    const { Payload } = await new LambdaClient(fixture.config()).send(
      new InvokeCommand({ FunctionName: functionName }),
    );
    return JSON.parse(Payload?.transformToString() ?? '');
  }

  test('every property that CDK writes is known', () => {
    const stack = new Stack(new App(), 'stack');
    const layer = new LayerVersion(stack, 'Layer', { code: Code.fromAsset(__dirname) });
    const fn = new CdkFunction(stack, 'Function', {
      code: Code.fromInline('exports.handler = async () => 1'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
      timeout: Duration.minutes(1),
      memorySize: 512,
      description: 'all of it',
      environment: { A: 'b' },
      layers: [layer],
      tracing: Tracing.ACTIVE,
      reservedConcurrentExecutions: 2,
      retryAttempts: 1,
      logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.THREE_MONTHS }),
    });
    new Alias(stack, 'Alias', {
      aliasName: 'live',
      version: fn.currentVersion,
    });
    fn.addPermission('Permission', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: 'a',
    });
    const { Resources } = Template.fromStack(stack).toJSON();
    const types = new Set<string>();
    for (const { Type, Properties } of Object.values<{ Type: string; Properties: object }>(Resources)) {
      const [, service, name] = Type.split('::') as [string, string, string];
      if (service !== 'Lambda' && service !== 'Logs') continue;
      types.add(name);
      expect(resource(name).properties).toEqual(expect.arrayContaining(Object.keys(Properties)));
    }
    expect([...types].sort()).toEqual([
      'Alias',
      'EventInvokeConfig',
      'Function',
      'LayerVersion',
      'LogGroup',
      'Permission',
      'Version',
    ]);
  });

  test('a function is made, changed in place and deleted', async () => {
    const given = { ...inline(1), Environment: { Variables: { AB: 1 } }, Tags: [{ Key: 'a', Value: 'b' }] };
    const { physicalId, attributes } = await resource('Function').create(given, context);
    expect({ physicalId, attributes }).toEqual({
      physicalId: 'stack-Function-1',
      attributes: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:stack-Function-1' },
    });
    expect(await answerOf(physicalId)).toBe(1);
    const changed = { ...inline(2), Timeout: '5', ReservedConcurrentExecutions: 1, Tags: [] };
    await resource('Function').update(physicalId, changed, given, context);
    expect(await answerOf(physicalId)).toBe(2);
    const lambda = new LambdaClient(fixture.config());
    expect((await lambda.send(new ListTagsCommand({ Resource: attributes?.Arn as string }))).Tags).toEqual(
      {},
    );
    await resource('Function').delete(physicalId, changed, context);
    await expect(answerOf(physicalId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await resource('Function').delete(physicalId, changed, context);
  });

  test('versions, aliases, permissions and retry settings hang on a function', async () => {
    await resource('Function').create({ ...inline('first'), FunctionName: 'f' }, context);
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
    const version = await resource('Version').create({ FunctionName: 'f' }, context);
    expect(version).toEqual({
      physicalId: `${arn}:1`,
      attributes: { FunctionArn: `${arn}:1`, Version: '1' },
    });
    await expect(resource('Version').create({ FunctionName: 'f' }, context)).rejects.toThrow(
      'A version for this Lambda function exists ( 1 ). Modify the function to create a new version.',
    );
    const aliasProperties = { FunctionName: 'f', Name: 'live', FunctionVersion: '1' };
    const alias = await resource('Alias').create(aliasProperties, context);
    expect(alias.physicalId).toBe(`${arn}:live`);
    expect(await answerOf(alias.physicalId)).toBe('first');

    await resource('Function').update('f', inline('second'), inline('first'), context);
    await resource('Version').create({ FunctionName: 'f' }, context);
    const moved = { ...aliasProperties, FunctionVersion: '2' };
    await resource('Alias').update(alias.physicalId, moved, aliasProperties, context);
    expect(await answerOf(alias.physicalId)).toBe('second');

    const permissionProperties = {
      FunctionName: alias.physicalId,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
    };
    const permission = await resource('Permission').create(permissionProperties, context);
    expect(fixture.cloud.service<LambdaService>('lambda').resourcePolicy(alias.physicalId)).toMatchObject({
      Statement: [{ Sid: permission.physicalId, Resource: `${arn}:live` }],
    });
    await resource('Permission').delete(permission.physicalId, permissionProperties, context);
    expect(fixture.cloud.service<LambdaService>('lambda').resourcePolicy(alias.physicalId)).toBeUndefined();

    const retries = { FunctionName: 'f', Qualifier: '$LATEST', MaximumRetryAttempts: 0 };
    const { physicalId } = await resource('EventInvokeConfig').create(retries, context);
    await resource('EventInvokeConfig').delete(physicalId, retries, context);
    await resource('Alias').delete(alias.physicalId, moved, context);
    await resource('Version').delete(version.physicalId, {}, context);
    await expect(answerOf(version.physicalId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('code that is neither inline nor in S3 is refused', async () => {
    const image = { ...inline(1), Code: { ImageUri: 'x' } };
    await expect(resource('Function').create(image, context)).rejects.toThrow(
      'the local cloud does not implement Code.ImageUri of AWS::Lambda::Function',
    );
  });

  test('a layer version is made and deleted', async () => {
    const zip = zipSync({ 'nodejs/node_modules/tool/index.js': strToU8('module.exports = 5') });
    const properties = { LayerName: 'tools', Content: { ZipFile: zip } };
    const { physicalId } = await resource('LayerVersion').create(properties, context);
    expect(physicalId).toBe('arn:aws:lambda:us-east-1:000000000000:layer:tools:1');
    await resource('LayerVersion').delete(physicalId, properties, context);
    await expect(
      resource('Function').create({ ...inline(1), FunctionName: 'late', Layers: [physicalId] }, context),
    ).rejects.toThrow(`Layer version ${physicalId} does not exist.`);
  });
});
