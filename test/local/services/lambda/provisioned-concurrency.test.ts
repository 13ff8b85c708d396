import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { LocalCloud } from '../../../../local/local-cloud';

const zip = (code: string) => zipSync({ 'index.js': strToU8(code) });
const TELLS = 'exports.handler = async () => [process.env.AWS_LAMBDA_INITIALIZATION_TYPE, process.pid];';

describe('provisioned concurrency', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  let lambda: LambdaClient;

  beforeAll(async () => {
    await cloud.start();
    lambda = new LambdaClient(cloud.clientConfig);
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    await new IAMClient(cloud.clientConfig).send(
      new CreateRoleCommand({
        RoleName: 'role',
        AssumeRolePolicyDocument: JSON.stringify({ Statement: [statement] }),
      }),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'f',
        Role: `arn:aws:iam::${cloud.account}:role/role`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip(TELLS) },
      }),
    );
    await lambda.send(new PublishVersionCommand({ FunctionName: 'f' }));
    await lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zip('throw new Error("no start");') }),
    );
    await lambda.send(new PublishVersionCommand({ FunctionName: 'f' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' }));
  });
  afterAll(() => cloud.stop());

  const put = (Qualifier: string, ProvisionedConcurrentExecutions = 1) =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: 'f',
        Qualifier,
        ProvisionedConcurrentExecutions,
      }),
    );
  const get = (Qualifier: string) =>
    lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'f', Qualifier }));
  const remove = (Qualifier: string) =>
    lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName: 'f', Qualifier }));
  const startOf = async (Qualifier: string) => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'f', Qualifier }));
    return (JSON.parse(Payload?.transformToString() ?? '[]') as [string, number])[0];
  };

  test('of a version is in progress, then ready, and answers without a start until it is deleted', async () => {
    expect(await put('1', 2)).toMatchObject({
      Status: 'IN_PROGRESS',
      RequestedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 0,
    });
    await cloud.clock.settle();
    expect(await get('1')).toMatchObject({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 2 });
    expect(await startOf('1')).toBe('provisioned-concurrency');
    const { ProvisionedConcurrencyConfigs } = await lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName: 'f' }),
    );
    expect(ProvisionedConcurrencyConfigs).toEqual([
      expect.objectContaining({ FunctionArn: expect.stringMatching(/:f:1$/), Status: 'READY' }),
    ]);
    await remove('1');
    await expect(get('1')).rejects.toThrow('No Provisioned Concurrency Config found for this function');
    expect(await startOf('1')).toBe('on-demand');
  });

  test('fails where a version does not start', async () => {
    await put('2');
    await cloud.clock.settle();
    expect(await get('2')).toMatchObject({
      Status: 'FAILED',
      StatusReason: 'FUNCTION_ERROR_INIT_FAILURE',
      AvailableProvisionedConcurrentExecutions: 0,
    });
    await remove('2');
  });

  test('of an alias follows it to another version', async () => {
    await put('live');
    await cloud.clock.settle();
    expect(await startOf('live')).toBe('provisioned-concurrency');
    await lambda.send(new UpdateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '2' }));
    await cloud.clock.settle();
    expect(await get('live')).toMatchObject({ Status: 'FAILED' });
    await remove('live');
    await lambda.send(new UpdateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' }));
  });

  test('is refused for unpublished code, weighted aliases, versions that have it, and above reserved concurrency', async () => {
    await expect(put('$LATEST')).rejects.toThrow(
      /^Provisioned Concurrency Configs cannot be applied to unpub/,
    );
    const weigh = (AdditionalVersionWeights: Record<string, number>) =>
      lambda.send(
        new UpdateAliasCommand({
          FunctionName: 'f',
          Name: 'live',
          RoutingConfig: { AdditionalVersionWeights },
        }),
      );
    await weigh({ 2: 0.1 });
    await expect(put('live')).rejects.toThrow(
      'Alias with weights can not be used with Provisioned Concurrency',
    );
    await weigh({});
    await put('1');
    await expect(put('live')).rejects.toThrow(
      /^Alias can't be used for Provisioned Concurrency configuration on/,
    );
    await remove('1');
    await put('live');
    await expect(put('1')).rejects.toThrow('Version is pointed by a Provisioned Concurrency alias');
    await expect(put('2', 901)).rejects.toThrow(/below its minimum value of \[100\]/);
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 3 }),
    );
    await expect(put('2', 3)).rejects.toThrow(/not be greater than the reservedConcurrentExecution/);
    await expect(put('3')).rejects.toThrow(/^Function not found/);
  });
});
