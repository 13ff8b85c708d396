import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { RoleStorage } from '../../../local/services/sagemaker/role-storage';
import { BUCKET, IMAGE, ROLE, SageMakerFixture } from './sagemaker-fixture';

const SUBNETS = ['subnet-0123456789abcdef0'];
const GROUPS = ['sg-0123456789abcdef0'];
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

/** What people with a network and keys of their own set on functions, machines, models and jobs. */
describe('networks and keys', () => {
  let fixture: SageMakerFixture;
  let kms: KMSClient;
  let keyId: string;
  let keyArn: string;

  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    kms = new KMSClient(fixture.config());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    keyId = KeyMetadata?.KeyId as string;
    keyArn = KeyMetadata?.Arn as string;
  });
  afterEach(() => fixture.cloud.stop());

  const disable = () => kms.send(new DisableKeyCommand({ KeyId: keyId }));
  const role = async (name: string, service: string, ...statements: object[]) => {
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    };
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await fixture.cloud.call(
      'iam',
      'CreateRole',
      { RoleName: name, AssumeRolePolicyDocument },
      fixture.cloud.administrator,
    );
    const PolicyDocument = JSON.stringify({ Statement: statements });
    const policy = { RoleName: name, PolicyName: 'p', PolicyDocument };
    if (statements.length > 0)
      await fixture.cloud.call('iam', 'PutRolePolicy', policy, fixture.cloud.administrator);
    return `arn:aws:iam::000000000000:role/${name}`;
  };

  describe('of a function', () => {
    const create = (Role: string, input: Partial<CreateFunctionCommandInput>) =>
      new LambdaClient(fixture.config()).send(
        new CreateFunctionCommand({
          FunctionName: 'f',
          Role,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: zipSync({ 'index.js': strToU8('exports.handler = async () => 1') }) },
          ...input,
        }),
      );
    const describeFunction = () =>
      new LambdaClient(fixture.config()).send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));

    test('are told again, until they are taken away', async () => {
      const VpcConfig = { SubnetIds: SUBNETS, SecurityGroupIds: GROUPS };
      const may = await role('may', 'lambda.amazonaws.com', allow('ec2:CreateNetworkInterface'));
      await create(may, { VpcConfig, KMSKeyArn: keyArn });
      expect(await describeFunction()).toMatchObject({ VpcConfig, KMSKeyArn: keyArn });
      await new LambdaClient(fixture.config()).send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'f',
          VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
          KMSKeyArn: '',
        }),
      );
      const { VpcConfig: network, KMSKeyArn } = await describeFunction();
      expect([network, KMSKeyArn]).toEqual([undefined, undefined]);
    });

    test('need a role that may make network interfaces, and subnets with security groups', async () => {
      const mayNot = await role('may-not', 'lambda.amazonaws.com');
      await expect(
        create(mayNot, { VpcConfig: { SubnetIds: SUBNETS, SecurityGroupIds: GROUPS } }),
      ).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message:
          'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
      });
      await expect(create(mayNot, { VpcConfig: { SubnetIds: SUBNETS } })).rejects.toThrow(
        'VpcConfig needs subnets and security groups, got 1 SubnetIds and 0 SecurityGroupIds',
      );
    });

    test('let nobody without the key make it, and end its invocations with the key', async () => {
      const Role = await role('plain', 'lambda.amazonaws.com');
      const caller = new LambdaClient(
        await fixture.roleConfig('caller', [allow('lambda:*', 'iam:PassRole', 'kms:CreateGrant')]),
      );
      await create(Role, { KMSKeyArn: keyArn });
      await expect(
        caller.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', KMSKeyArn: keyArn })),
      ).rejects.toThrow('kms:Encrypt');
      await disable();
      await expect(
        new LambdaClient(fixture.config()).send(new InvokeCommand({ FunctionName: 'f' })),
      ).rejects.toMatchObject({ name: 'KMSDisabledException' });
      await expect(create(Role, { FunctionName: 'g', KMSKeyArn: keyArn })).rejects.toMatchObject({
        name: 'KMSDisabledException',
      });
    });
  });

  test('of a state machine must let its role use the key, when it is made and when it starts', async () => {
    const sfn = new SFNClient(fixture.config());
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: keyArn } as const;
    const create = (name: string, roleArn: string) =>
      sfn.send(new CreateStateMachineCommand({ name, roleArn, definition, encryptionConfiguration }));
    const mayNot = await role('machine', 'states.amazonaws.com', allow('kms:GenerateDataKey'));
    await expect(create('refused', mayNot)).rejects.toMatchObject({
      name: 'KmsAccessDeniedException',
      message: expect.stringContaining('kms:Decrypt'),
    });
    const may = await role('key-user', 'states.amazonaws.com', allow('kms:GenerateDataKey', 'kms:Decrypt'));
    const { stateMachineArn } = await create('m', may);
    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      encryptionConfiguration,
    });
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await disable();
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'KmsInvalidStateException',
      message: `${keyArn} is disabled.`,
    });
  });

  test('of models and endpoint configs are told again, and their keys must be usable', async () => {
    const VpcConfig = { Subnets: SUBNETS, SecurityGroupIds: GROUPS };
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'm',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: IMAGE },
        VpcConfig,
      }),
    );
    expect(await fixture.sagemaker.send(new DescribeModelCommand({ ModelName: 'm' }))).toMatchObject({
      VpcConfig,
    });
    const createConfig = (EndpointConfigName: string, KmsKeyId: string) =>
      fixture.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName,
          KmsKeyId,
          ProductionVariants: [
            { VariantName: 'blue', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
          ],
        }),
      );
    await createConfig('c', keyArn);
    const config = new DescribeEndpointConfigCommand({ EndpointConfigName: 'c' });
    expect(await fixture.sagemaker.send(config)).toMatchObject({ KmsKeyId: keyArn });
    await expect(createConfig('d', 'alias/none')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('The KMS key alias/none cannot be used: Alias'),
    });
  });

  test('of a job must be usable, and protect the objects that it writes', async () => {
    const job = (keys: { output?: string; volume?: string }) =>
      new CreateTrainingJobCommand({
        TrainingJobName: 'j',
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out`, KmsKeyId: keys.output },
        ResourceConfig: {
          InstanceType: 'ml.m5.large',
          InstanceCount: 1,
          VolumeSizeInGB: 1,
          VolumeKmsKeyId: keys.volume,
        },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      });
    for (const keys of [{ output: 'alias/none' }, { volume: 'alias/none' }])
      await expect(fixture.sagemaker.send(job(keys))).rejects.toThrow(
        'The KMS key alias/none cannot be used',
      );
    await new RoleStorage(fixture.cloud, fixture.cloud.administrator, keyId).put(
      `s3://${BUCKET}/k`,
      Buffer.from('x'),
    );
    const head = new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' });
    expect(await fixture.s3.send(head)).toMatchObject({ SSEKMSKeyId: keyArn });
  });
});
