import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { localStatus } from '../../../bin/cli/local-process';
import { LocalCloud } from '../../../local/local-cloud';
import type { CloudFormationService } from '../../../local/services/cloudformation/cloudformation-service';
import { CloudProcess } from '../../lifecycle/cloud-process';
import { ServiceFixture } from './service-fixture';

type Resources = Record<string, object>;

const ref = (Ref: string) => ({ Ref });
const attribute = (...parts: string[]) => ({ 'Fn::GetAtt': parts });
const vpc = (Properties: object = {}) => ({
  Type: 'AWS::EC2::VPC',
  Properties: { CidrBlock: '10.0.0.0/16', ...Properties },
});
const NETWORK: Resources = {
  Vpc: vpc(),
  Subnet: {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: ref('Vpc'),
      CidrBlock: '10.0.0.0/24',
      AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
    },
  },
  Address: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } },
  Gateway: {
    Type: 'AWS::EC2::NatGateway',
    Properties: { SubnetId: ref('Subnet'), AllocationId: attribute('Address', 'AllocationId') },
  },
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
  Route: {
    Type: 'AWS::EC2::Route',
    Properties: {
      RouteTableId: ref('Table'),
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: ref('Gateway'),
    },
  },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription: 'functions', VpcId: ref('Vpc') },
  },
};

describe('inert resources', () => {
  let fixture: ServiceFixture;
  afterEach(() => fixture.cloud.stop());

  const start = async (inert?: readonly string[]) => {
    fixture = new ServiceFixture({ inert });
    await fixture.cloud.start();
  };
  const client = () => new CloudFormationClient(fixture.config());
  const stack = async () => (await client().send(new DescribeStacksCommand({ StackName: 's' }))).Stacks?.[0];
  const outputs = async () =>
    Object.fromEntries(((await stack())?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  const body = (Resources: Resources, values: Record<string, object> = {}) => {
    const Outputs = Object.fromEntries(Object.entries(values).map(([name, Value]) => [name, { Value }]));
    return { StackName: 's', TemplateBody: JSON.stringify({ Resources, Outputs }) };
  };
  const create = async (resources: Resources, values?: Record<string, object>) => {
    await client().send(new CreateStackCommand(body(resources, values)));
    await fixture.settle();
  };
  const update = async (resources: Resources, values?: Record<string, object>) => {
    await client().send(new UpdateStackCommand(body(resources, values)));
    await fixture.settle();
  };
  const events = async () =>
    (await client().send(new DescribeStackEventsCommand({ StackName: 's' }))).StackEvents ?? [];

  test('have ids and attributes in the form that AWS gives them', async () => {
    await start(['AWS::EC2::*']);
    await create(NETWORK, {
      Vpc: ref('Vpc'),
      VpcId: attribute('Vpc', 'VpcId'),
      Cidr: attribute('Vpc', 'CidrBlock'),
      DefaultGroup: attribute('Vpc', 'DefaultSecurityGroup'),
      Zone: attribute('Subnet', 'AvailabilityZone'),
      Address: ref('Address'),
      Gateway: ref('Gateway'),
      Group: attribute('Group', 'GroupId'),
      GroupRef: ref('Group'),
      GroupVpc: attribute('Group', 'VpcId'),
      Route: ref('Route'),
    });
    expect((await stack())?.StackStatus).toBe('CREATE_COMPLETE');
    const found = await outputs();
    expect(found).toMatchObject({
      Vpc: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
      VpcId: found.Vpc,
      Cidr: '10.0.0.0/16',
      DefaultGroup: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      Zone: 'us-east-1a',
      Address: expect.stringMatching(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/),
      Gateway: expect.stringMatching(/^nat-[0-9a-f]{17}$/),
      Group: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      GroupRef: found.Group,
      GroupVpc: found.Vpc,
      Route: expect.stringMatching(/^rtb-[0-9a-f]{17}\|/),
    });
  });

  test('say so in each event, and are counted', async () => {
    await start(['AWS::EC2::VPC', 'Custom::VpcRestrictDefaultSG']);
    const Name = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/n', Type: 'String', Value: 'v' } };
    const Rules = {
      Type: 'Custom::VpcRestrictDefaultSG',
      Properties: { ServiceToken: 'x', DefaultSecurityGroupId: 'y' },
    };
    await create({ Vpc: vpc(), Rules, Name });
    const reasons = (await events())
      .filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')
      .map(({ LogicalResourceId, ResourceStatusReason }) => [LogicalResourceId, ResourceStatusReason]);
    const inert = 'inert: it has an id and attributes, and no effect in this local cloud';
    expect(reasons).toEqual(
      expect.arrayContaining([
        ['Vpc', inert],
        ['Rules', inert],
        ['Name', undefined],
      ]),
    );
    expect(fixture.cloud.service<CloudFormationService>('cloudformation').inertResources()).toEqual({
      'AWS::EC2::VPC': 1,
      'Custom::VpcRestrictDefaultSG': 1,
    });
  });

  test('change in place, and are replaced where AWS replaces them', async () => {
    await start(['AWS::EC2::*']);
    const values = { Vpc: ref('Vpc'), Group: attribute('Vpc', 'DefaultSecurityGroup') };
    await create({ Vpc: vpc() }, values);
    const before = await outputs();
    await update({ Vpc: vpc({ EnableDnsSupport: true }) }, values);
    expect(await outputs()).toEqual(before);
    await update({ Vpc: vpc({ CidrBlock: '10.1.0.0/16' }) }, values);
    expect((await outputs()).Vpc).toMatch(/^vpc-/);
    expect((await outputs()).Vpc).not.toBe(before.Vpc);
  });

  test.each([
    [{ Vpc: vpc({ Cidr: 'x' }) }, /the property Cidr of AWS::EC2::VPC \(resource Vpc\)$/],
    [{ Database: { Type: 'AWS::RDS::DBInstance' } }, /start it with --inert 'AWS::RDS::\*'$/],
    [{ Thing: { Type: 'AWS::EC2::Nothing' } }, /the resource type AWS::EC2::Nothing \(resource Thing\)$/],
  ])('are refused by name: %j', async (resources, message) => {
    await start(['AWS::EC2::*']);
    await expect(create(resources)).rejects.toMatchObject({
      name: 'NotImplementedByLocalCloud',
      message: expect.stringMatching(message),
    });
  });

  test('fail without a property that AWS requires', async () => {
    await start(['AWS::EC2::*']);
    await create({ Subnet: { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: '10.0.0.0/24' } } });
    expect((await events()).map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(
      expect.stringContaining(
        'Properties validation failed for resource Subnet with message: #: required key [VpcId] not found',
      ),
    );
  });

  test('are named by patterns that match something', async () => {
    await start();
    expect(() => new LocalCloud({ inert: ['AWS::EC3::*'] })).toThrow(
      "no resource type of AWS matches 'AWS::EC3::*'",
    );
  });
});

test('inert resources can be deleted by a local cloud that accepts no new ones', async () => {
  const accepting = new CloudProcess({ flags: ['--inert', 'AWS::EC2::*'] });
  const refusing = new CloudProcess({ dataFolder: accepting.dataFolder });
  const client = ({ url, region, credentials }: CloudProcess) =>
    new CloudFormationClient({ endpoint: url, region, credentials });
  const TemplateBody = JSON.stringify({ Resources: { Vpc: vpc() } });
  try {
    await accepting.start();
    await client(accepting).send(new CreateStackCommand({ StackName: 's', TemplateBody }));
    await waitUntilStackCreateComplete({ client: client(accepting), maxWaitTime: 60 }, { StackName: 's' });
    expect((await localStatus(accepting.address)).inertResources).toEqual({ 'AWS::EC2::VPC': 1 });
    await accepting.stop();

    await refusing.start();
    await expect(
      client(refusing).send(new CreateStackCommand({ StackName: 'other', TemplateBody })),
    ).rejects.toThrow("start it with --inert 'AWS::EC2::*'");
    await client(refusing).send(new DeleteStackCommand({ StackName: 's' }));
    await waitUntilStackDeleteComplete({ client: client(refusing), maxWaitTime: 60 }, { StackName: 's' });
  } finally {
    await accepting.stop();
    await refusing.stop();
    accepting.remove();
  }
});
