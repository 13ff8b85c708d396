import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { strToU8, zipSync } from 'fflate';
import { HOUR, ServiceFixture } from './service-fixture';

type Resources = Record<string, object>;

const CAPABILITIES: CreateStackCommandInput['Capabilities'] = ['CAPABILITY_NAMED_IAM'];
const TRUST = {
  Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
};

describe('CloudFormation', () => {
  let fixture: ServiceFixture;
  let cloudFormation: CloudFormationClient;
  let ssm: SSMClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    cloudFormation = new CloudFormationClient(fixture.config());
    ssm = new SSMClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const parameter = (name: string, value: unknown, more: object = {}) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: name, Type: 'String', Value: value },
    ...more,
  });

  /** SSM holds at most 4096 characters, so making this one fails. */
  const tooLong = (name: string) => parameter(name, 'x'.repeat(5000));

  const template = (resources: Resources, more: object = {}) =>
    JSON.stringify({ Resources: resources, ...more });

  async function create(TemplateBody: string, more: Partial<CreateStackCommandInput> = {}) {
    const { StackId } = await cloudFormation.send(
      new CreateStackCommand({ StackName: 'app', TemplateBody, Capabilities: CAPABILITIES, ...more }),
    );
    await fixture.settle();
    return StackId as string;
  }

  async function update(TemplateBody: string, more: object = {}) {
    await cloudFormation.send(
      new UpdateStackCommand({ StackName: 'app', TemplateBody, Capabilities: CAPABILITIES, ...more }),
    );
    await fixture.settle();
  }

  async function remove(StackName = 'app', more: object = {}) {
    await cloudFormation.send(new DeleteStackCommand({ StackName, ...more }));
    await fixture.settle();
  }

  async function describeStack(StackName = 'app') {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0];
  }

  const status = async (name?: string) => (await describeStack(name))?.StackStatus;

  /** `<logical id> <status>` of each event, oldest first. */
  async function events(StackName = 'app') {
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    return StackEvents.reverse().map(
      ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
    );
  }

  async function reasons(StackName = 'app') {
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    return StackEvents.reverse().flatMap(({ ResourceStatusReason }) => ResourceStatusReason ?? []);
  }

  async function value(Name: string) {
    const found = await ssm.send(new GetParameterCommand({ Name })).catch((error: Error) => error.name);
    return typeof found === 'string' ? found : found.Parameter?.Value;
  }

  async function physicalIds(StackName = 'app') {
    const { StackResourceSummaries = [] } = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName }),
    );
    return Object.fromEntries(
      StackResourceSummaries.map(({ LogicalResourceId, PhysicalResourceId }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
  }

  describe('creating a stack', () => {
    test('makes resources after what they refer to, with an event for each step', async () => {
      const id = await create(
        template({
          Pointer: parameter('/app/pointer', { Ref: 'Target' }),
          Target: parameter('/app/target', 'x'),
        }),
      );
      expect(id).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/app\/[0-9a-f-]{36}$/);
      expect(await describeStack()).toMatchObject({
        StackId: id,
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: new Date('2026-11-24T10:00:00Z'),
      });
      expect(await value('/app/pointer')).toBe('/app/target');
      expect(await events()).toEqual([
        'app CREATE_IN_PROGRESS',
        'Target CREATE_IN_PROGRESS',
        'Target CREATE_COMPLETE',
        'Pointer CREATE_IN_PROGRESS',
        'Pointer CREATE_COMPLETE',
        'app CREATE_COMPLETE',
      ]);
    });

    test('reads YAML with short forms', async () => {
      await create(
        `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: { Type: String, Default: test }
Mappings:
  Sizes: { test: { count: 3 } }
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsLive: !Not [!Condition IsTest]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [] }
      Description: !If [IsLive, live, !Ref AWS::NoValue]
  Text:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub /\${AWS::StackName}/text
      Type: String
      Value: !Join
        - '|'
        - - !GetAtt Role.Arn
          - !Sub ['\${Stage}-\${more}-\${!literal}', { more: !Select [1, !Split [',', 'a,b']] }]
          - !FindInMap [Sizes, !Ref Stage, count]
          - Fn::Base64: !Sub "\${AWS::Region}"
  Absent:
    Type: AWS::SSM::Parameter
    Condition: IsLive
    Properties: { Name: /app/absent, Type: String, Value: x }
Outputs:
  Name: { Value: !Ref Text, Export: { Name: !Sub '\${AWS::StackName}-name' } }
  Live: { Condition: IsLive, Value: !Ref Absent }
`,
      );
      const { Role } = await physicalIds();
      const { Role: role } = await new IAMClient(fixture.config()).send(
        new GetRoleCommand({ RoleName: Role }),
      );
      expect(role?.Description).toBeUndefined();
      expect(await value('/app/text')).toBe(
        `arn:aws:iam::000000000000:role/${Role}|test-b-\${literal}|3|dXMtZWFzdC0x`,
      );
      expect(await value('/app/absent')).toBe('ParameterNotFound');
      expect((await describeStack())?.Outputs).toEqual([
        { OutputKey: 'Name', OutputValue: '/app/text', ExportName: 'app-name' },
      ]);
    });

    test('makes names of stack, logical id and a random part', async () => {
      const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } };
      const long = 'ARoleWhoseNameIsSoLongThatItHasToBeCutAtSomePlaceToFitSomehow';
      await create(template({ Short: role, [long]: role }));
      const ids = await physicalIds();
      expect(ids.Short).toMatch(/^app-Short-[A-Z0-9]{12}$/);
      expect(ids[long]).toMatch(/^app-ARoleWhoseName\w+-[A-Z0-9]{12}$/);
      expect(ids[long]).toHaveLength(64);
    });

    test('undoes everything if a resource fails, and says why', async () => {
      await create(
        template({ Good: parameter('/app/good', 'x'), Bad: { ...tooLong('/app/bad'), DependsOn: 'Good' } }),
      );
      expect(await status()).toBe('ROLLBACK_COMPLETE');
      expect(await value('/app/good')).toBe('ParameterNotFound');
      expect(await events()).toEqual([
        'app CREATE_IN_PROGRESS',
        'Good CREATE_IN_PROGRESS',
        'Good CREATE_COMPLETE',
        'Bad CREATE_IN_PROGRESS',
        'Bad CREATE_FAILED',
        'app ROLLBACK_IN_PROGRESS',
        'Good DELETE_IN_PROGRESS',
        'Good DELETE_COMPLETE',
        'app ROLLBACK_COMPLETE',
      ]);
      expect(await reasons()).toContainEqual(
        expect.stringMatching(
          /^Resource handler returned message: "Standard tier parameters support .*" \(RequestToken: .*, HandlerErrorCode: InvalidRequest\)$/,
        ),
      );
      await expect(update(template({ Good: parameter('/app/good', 'y') }))).rejects.toMatchObject({
        name: 'ValidationError',
        message: expect.stringMatching(
          /^Stack:arn:.* is in ROLLBACK_COMPLETE state and can not be updated\.$/,
        ),
      });
      await remove();
      await create(template({ Good: parameter('/app/good', 'y') }));
      expect(await status()).toBe('CREATE_COMPLETE');
    });

    test('leaves what was made if it is told not to roll back, and goes on from there', async () => {
      const good = parameter('/app/good', 'x');
      await create(template({ Good: good, Bad: tooLong('/app/bad') }), { DisableRollback: true });
      expect(await status()).toBe('CREATE_FAILED');
      expect(await value('/app/good')).toBe('x');
      await update(template({ Good: good, Bad: parameter('/app/bad', 'short') }));
      expect(await status()).toBe('UPDATE_COMPLETE');
      expect(await value('/app/bad')).toBe('short');
    });

    test('refuses a name that is taken', async () => {
      await create(template({ P: parameter('/app/p', 'x') }));
      await expect(create(template({ P: parameter('/app/q', 'x') }))).rejects.toMatchObject({
        name: 'AlreadyExistsException',
        message: 'Stack [app] already exists',
      });
    });
  });

  describe('refuses before it touches anything', () => {
    const good = parameter('/app/good', 'x');

    test.each<[string, string, string, string]>([
      [
        'a circle of dependencies',
        template({ A: parameter('/a', { Ref: 'B' }), B: parameter('/b', 'x', { DependsOn: 'A' }) }),
        'ValidationError',
        'Circular dependency between resources: [A, B]',
      ],
      [
        'a reference to nothing',
        template({ good, A: parameter('/a', { 'Fn::Sub': '${Nowhere.Arn}' }) }),
        'ValidationError',
        'Template format error: Unresolved resource dependencies [Nowhere] in the Resources block of the template',
      ],
      [
        'types and properties that are not there, all at once',
        template({
          good,
          Net: { Type: 'AWS::EC2::VPC' },
          Odd: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/o', Colour: 'red' } },
        }),
        'NotImplementedByLocalCloud',
        'the local cloud does not implement the resource type AWS::EC2::VPC (resource Net), the property Colour of AWS::SSM::Parameter (resource Odd)' +
          "; to accept resources that have ids and attributes and no effect, start it with --inert 'AWS::EC2::*'",
      ],
      [
        'nested stacks',
        template({ good, Inner: { Type: 'AWS::CloudFormation::Stack' } }),
        'NotImplementedByLocalCloud',
        'the local cloud does not implement nested stacks: AWS::CloudFormation::Stack (resource Inner)',
      ],
      [
        'macros',
        template({ good }, { Transform: 'AWS::Serverless-2016-10-31' }),
        'NotImplementedByLocalCloud',
        'the local cloud does not implement macros: the Transform "AWS::Serverless-2016-10-31" of the template',
      ],
      [
        'an empty template',
        template({}),
        'ValidationError',
        'Template format error: At least one Resources member must be defined.',
      ],
      [
        'text that is no template',
        'Resources: [a, b',
        'ValidationError',
        expect.stringContaining('Template format error: YAML not well-formed. (line 1, column 17)') as never,
      ],
      [
        'a parameter without a value',
        template({ good }, { Parameters: { Stage: { Type: 'String' } } }),
        'ValidationError',
        'Parameters: [Stage] must have values',
      ],
      [
        'a value outside the allowed ones',
        template(
          { good },
          { Parameters: { S: { Type: 'String', Default: 'c', AllowedValues: ['a', 'b'] } } },
        ),
        'ValidationError',
        "Parameter 'S' must be one of AllowedValues",
      ],
      [
        'a rule that does not hold',
        template(
          { good },
          {
            Rules: {
              Check: {
                Assertions: [
                  {
                    Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'V' }] }] },
                    AssertDescription: 'version 3 required',
                  },
                ],
              },
            },
            Parameters: { V: { Type: 'String', Default: '2' } },
          },
        ),
        'ValidationError',
        'Template error: assertion of rule Check failed: version 3 required',
      ],
      [
        'an import of nothing',
        template({ A: parameter('/a', { 'Fn::ImportValue': 'nothing' }) }),
        'ValidationError',
        'No export named nothing found.',
      ],
    ])('%s', async (_title, body, name, message) => {
      await expect(create(body)).rejects.toMatchObject({ name, message });
      await expect(status()).rejects.toMatchObject({
        name: 'ValidationError',
        message: 'Stack with id app does not exist',
      });
      expect(await value('/app/good')).toBe('ParameterNotFound');
    });

    test('IAM resources without the capability', async () => {
      const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, RoleName: 'r' } };
      await expect(create(template({ role }), { Capabilities: ['CAPABILITY_IAM'] })).rejects.toMatchObject({
        name: 'InsufficientCapabilitiesException',
        message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
      });
    });
  });

  describe('updating a stack', () => {
    test('changes only what differs, makes what is new and deletes what is gone', async () => {
      await create(
        template({
          Same: parameter('/app/same', 'x'),
          Changed: parameter('/app/changed', 'before'),
          Gone: parameter('/app/gone', 'x'),
          Kept: parameter('/app/kept', 'x', { DeletionPolicy: 'Retain' }),
        }),
      );
      const before = (await events()).length;
      await update(
        template({
          Same: parameter('/app/same', 'x'),
          Changed: parameter('/app/changed', 'after'),
          New: parameter('/app/new', 'x'),
        }),
      );
      expect((await events()).slice(before)).toEqual([
        'app UPDATE_IN_PROGRESS',
        'Changed UPDATE_IN_PROGRESS',
        'Changed UPDATE_COMPLETE',
        'New CREATE_IN_PROGRESS',
        'New CREATE_COMPLETE',
        'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'Kept DELETE_SKIPPED',
        'Gone DELETE_IN_PROGRESS',
        'Gone DELETE_COMPLETE',
        'app UPDATE_COMPLETE',
      ]);
      expect(await value('/app/changed')).toBe('after');
      expect(await value('/app/gone')).toBe('ParameterNotFound');
      expect(await value('/app/kept')).toBe('x');
      expect(Object.keys(await physicalIds()).sort()).toEqual(['Changed', 'New', 'Same']);
    });

    test('makes a new resource before it deletes the old one, and what refers to it follows', async () => {
      const body = (name: string) =>
        template({ Target: parameter(name, 'x'), Pointer: parameter('/app/pointer', { Ref: 'Target' }) });
      await create(body('/app/one'));
      const before = (await events()).length;
      await update(body('/app/two'));
      expect((await events()).slice(before)).toEqual([
        'app UPDATE_IN_PROGRESS',
        'Target CREATE_IN_PROGRESS',
        'Target CREATE_COMPLETE',
        'Pointer UPDATE_IN_PROGRESS',
        'Pointer UPDATE_COMPLETE',
        'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'Target DELETE_IN_PROGRESS',
        'Target DELETE_COMPLETE',
        'app UPDATE_COMPLETE',
      ]);
      expect(await value('/app/pointer')).toBe('/app/two');
      expect(await value('/app/one')).toBe('ParameterNotFound');
    });

    test('keeps what RetainExceptOnCreate holds, but for what a failed update had made', async () => {
      const held = (name: string, others = {}) =>
        parameter(name, 'x', { DeletionPolicy: 'RetainExceptOnCreate', ...others });
      await create(template({ One: held('/app/one') }));
      await update(
        template({
          One: held('/app/one'),
          Two: held('/app/two'),
          Bad: { ...tooLong('/app/bad'), DependsOn: 'Two' },
        }),
      );
      expect(await value('/app/two')).toBe('ParameterNotFound');
      await update(template({ Three: held('/app/three') }));
      await remove();
      expect(await value('/app/one')).toBe('x');
      expect(await value('/app/three')).toBe('x');
    });

    test('puts everything back if a resource fails', async () => {
      const former = template(
        {
          Changed: parameter('/app/changed', 'before'),
          Replaced: parameter('/app/one', 'x'),
          Gone: parameter('/app/gone', 'x'),
        },
        { Outputs: { Name: { Value: { Ref: 'Replaced' } } } },
      );
      await create(former);
      await update(
        template({
          Changed: parameter('/app/changed', 'after'),
          Replaced: parameter('/app/two', 'x'),
          Bad: { ...tooLong('/app/bad'), DependsOn: ['Changed', 'Replaced'] },
        }),
      );
      expect(await describeStack()).toMatchObject({
        StackStatus: 'UPDATE_ROLLBACK_COMPLETE',
        Outputs: [{ OutputKey: 'Name', OutputValue: '/app/one' }],
      });
      const { Parameters = [] } = await ssm.send(new GetParametersByPathCommand({ Path: '/app' }));
      expect(Parameters.map(({ Name, Value }) => [Name, Value])).toEqual([
        ['/app/changed', 'before'],
        ['/app/one', 'x'],
        ['/app/gone', 'x'],
      ]);
      expect(await reasons()).toContain('The following resource(s) failed to create: [Bad]. ');
      const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: 'app' }));
      expect(TemplateBody).toBe(former);
      await expect(update(former)).rejects.toMatchObject({ message: 'No updates are to be performed.' });
    });

    test('refuses another type for the same resource', async () => {
      await create(template({ Thing: parameter('/app/thing', 'x') }));
      const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } };
      await expect(update(template({ Thing: role }))).rejects.toMatchObject({
        message:
          'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Thing]',
      });
    });

    test('takes former parameter values, and the present value of an SSM parameter', async () => {
      const put = (Value: string) =>
        ssm.send(new PutParameterCommand({ Name: '/version', Value, Type: 'String', Overwrite: true }));
      await put('6');
      const body = template(
        { P: parameter('/app/p', { 'Fn::Sub': '${Stage} ${Version} ${Secret}' }) },
        {
          Parameters: {
            Stage: { Type: 'String' },
            Secret: { Type: 'String', NoEcho: true, Default: 's' },
            Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' },
          },
        },
      );
      await create(body, { Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'test' }] });
      expect(await value('/app/p')).toBe('test 6 s');
      expect((await describeStack())?.Parameters).toEqual([
        { ParameterKey: 'Stage', ParameterValue: 'test' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
        { ParameterKey: 'Version', ParameterValue: '/version', ResolvedValue: '6' },
      ]);
      await put('7');
      await update(body, {
        Parameters: ['Stage', 'Version'].map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
      });
      expect(await value('/app/p')).toBe('test 7 s');
    });
  });

  describe('deleting a stack', () => {
    test('deletes what depends on others first; the stack is then found by its id only', async () => {
      const id = await create(
        template({
          First: parameter('/app/first', 'x'),
          Second: parameter('/app/second', 'x', { DependsOn: 'First' }),
          Kept: parameter('/app/kept', 'x', { DeletionPolicy: 'Retain' }),
        }),
      );
      const before = (await events()).length;
      await remove();
      expect((await events(id)).slice(before)).toEqual([
        'app DELETE_IN_PROGRESS',
        'Kept DELETE_SKIPPED',
        'Second DELETE_IN_PROGRESS',
        'Second DELETE_COMPLETE',
        'First DELETE_IN_PROGRESS',
        'First DELETE_COMPLETE',
        'app DELETE_COMPLETE',
      ]);
      await expect(status()).rejects.toMatchObject({ message: 'Stack with id app does not exist' });
      expect(await status(id)).toBe('DELETE_COMPLETE');
      expect(await value('/app/kept')).toBe('x');
      await remove();
    });

    test('is refused while the stack is protected, or its exports are in use', async () => {
      const Outputs = { Out: { Value: 'v', Export: { Name: 'shared' } } };
      await create(template({ P: parameter('/app/p', 'x') }, { Outputs }), {
        EnableTerminationProtection: true,
      });
      await expect(remove()).rejects.toMatchObject({
        message: 'Stack [app] cannot be deleted while TerminationProtection is enabled',
      });
      await cloudFormation.send(
        new UpdateTerminationProtectionCommand({ StackName: 'app', EnableTerminationProtection: false }),
      );
      await create(template({ Q: parameter('/other/q', { 'Fn::ImportValue': 'shared' }) }), {
        StackName: 'other',
      });
      expect(await value('/other/q')).toBe('v');
      const { Exports } = await cloudFormation.send(new ListExportsCommand({}));
      expect(Exports).toMatchObject([{ Name: 'shared', Value: 'v' }]);
      await expect(remove()).rejects.toMatchObject({
        message: 'Export shared cannot be deleted as it is in use by other',
      });
      await remove('other');
      await remove();
      await expect(status()).rejects.toMatchObject({ name: 'ValidationError' });
    });
  });

  describe('change sets', () => {
    async function propose(TemplateBody: string, more: Partial<CreateChangeSetCommandInput> = {}) {
      await cloudFormation.send(
        new CreateChangeSetCommand({ StackName: 'app', ChangeSetName: 'set', TemplateBody, ...more }),
      );
      return describeSet();
    }

    const describeSet = () =>
      cloudFormation.send(
        new DescribeChangeSetCommand({ StackName: 'app', ChangeSetName: 'set', IncludePropertyValues: true }),
      );

    async function execute() {
      await cloudFormation.send(new ExecuteChangeSetCommand({ StackName: 'app', ChangeSetName: 'set' }));
      await fixture.settle();
    }

    const deleteSet = () =>
      cloudFormation.send(new DeleteChangeSetCommand({ StackName: 'app', ChangeSetName: 'set' }));

    test('a new stack waits for its change set to be executed', async () => {
      const body = template({ P: parameter('/app/p', 'x') });
      expect(await propose(body, { ChangeSetType: 'CREATE' })).toMatchObject({
        Status: 'CREATE_COMPLETE',
        ExecutionStatus: 'AVAILABLE',
        Changes: [{ Type: 'Resource', ResourceChange: { Action: 'Add', LogicalResourceId: 'P' } }],
      });
      expect(await status()).toBe('REVIEW_IN_PROGRESS');
      expect(await value('/app/p')).toBe('ParameterNotFound');
      await execute();
      expect(await status()).toBe('CREATE_COMPLETE');
      await expect(propose(body, { ChangeSetType: 'CREATE' })).rejects.toMatchObject({
        message: 'Stack [app] already exists and cannot be created again with the changeSet [set].',
      });
    });

    test('tell which properties change to what, and whether the resource is made anew', async () => {
      const body = (name: string, text: string) =>
        template({
          Target: parameter(name, 'x'),
          Pointer: parameter('/app/pointer', { Ref: 'Target' }),
          Text: parameter('/app/text', text),
        });
      await create(body('/app/one', 'before'));
      const { Changes = [] } = await propose(body('/app/two', 'after'));
      expect(Changes.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
        {
          LogicalResourceId: 'Target',
          Action: 'Modify',
          Replacement: 'True',
          Scope: ['Properties'],
          Details: [
            {
              Target: {
                Attribute: 'Properties',
                Name: 'Name',
                RequiresRecreation: 'Always',
                BeforeValue: '/app/one',
                AfterValue: '/app/two',
              },
              Evaluation: 'Static',
            },
          ],
        },
        {
          LogicalResourceId: 'Pointer',
          Replacement: 'False',
          Details: [
            {
              Target: {
                Name: 'Value',
                RequiresRecreation: 'Never',
                BeforeValue: '/app/one',
                AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}',
              },
              Evaluation: 'Dynamic',
            },
          ],
        },
        {
          LogicalResourceId: 'Text',
          Replacement: 'False',
          BeforeContext: JSON.stringify({
            Properties: { Name: '/app/text', Type: 'String', Value: 'before' },
          }),
        },
      ]);
      const plain = await cloudFormation.send(
        new DescribeChangeSetCommand({ StackName: 'app', ChangeSetName: 'set' }),
      );
      expect(plain.Changes?.[2]?.ResourceChange?.Details?.[0]?.Target).toEqual({
        Attribute: 'Properties',
        Name: 'Value',
        RequiresRecreation: 'Never',
      });
      await execute();
      expect(await value('/app/pointer')).toBe('/app/two');
    });

    test('without changes fail and cannot be executed', async () => {
      const body = template({ P: parameter('/app/p', 'x') });
      await create(body);
      expect(await propose(body)).toMatchObject({
        Status: 'FAILED',
        StatusReason:
          "The submitted information didn't contain changes. Submit different information to create a change set.",
        ExecutionStatus: 'UNAVAILABLE',
      });
      await expect(execute()).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
    });

    test('can be deleted, known or not, and are gone then', async () => {
      await deleteSet();
      await create(template({ P: parameter('/app/p', 'x') }));
      await propose(template({ P: parameter('/app/p', 'y') }));
      await deleteSet();
      await deleteSet();
      await expect(describeSet()).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
    });
  });

  test('acts with the role it is given, which the caller must be allowed to pass', async () => {
    const resources = { P: parameter('/app/p', 'x') };
    await fixture.roleConfig('weak', []);
    const RoleARN = 'arn:aws:iam::000000000000:role/weak';
    await create(template(resources), { RoleARN });
    expect(await status()).toBe('ROLLBACK_COMPLETE');
    expect(await reasons()).toContainEqual(
      expect.stringMatching(
        /assumed-role\/weak\/AWSCloudFormation is not authorized to perform: ssm:PutParameter .*HandlerErrorCode: AccessDenied\)$/,
      ),
    );
    const developer = new CloudFormationClient(
      await fixture.roleConfig('developer', [{ Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' }]),
    );
    const input = { StackName: 'mine', TemplateBody: template(resources) };
    await expect(developer.send(new CreateStackCommand({ ...input, RoleARN }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: iam:PassRole'),
    });
  });

  test('summarizes a template', async () => {
    const TemplateBody = template(
      { P: parameter('/p', 'x'), R: { Type: 'AWS::IAM::Role' } },
      { Parameters: { Stage: { Type: 'String', Default: 'test' } }, Description: 'An app' },
    );
    const summary = await cloudFormation.send(new GetTemplateSummaryCommand({ TemplateBody }));
    expect(summary).toMatchObject({
      Description: 'An app',
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [{ ParameterKey: 'Stage', ParameterType: 'String', DefaultValue: 'test' }],
      ResourceTypes: ['AWS::SSM::Parameter', 'AWS::IAM::Role'],
    });
  });

  describe('custom resources', () => {
    const ServiceToken = 'arn:aws:lambda:us-east-1:000000000000:function:handler';

    /** Answers with the property `Answer`; keeps quiet if there is none. */
    const HANDLER = `
      exports.handler = async (event) => {
        const { Answer, ...seen } = event.ResourceProperties;
        if (event.RequestType === 'Delete') seen.Deleted = event.PhysicalResourceId;
        console.log('request ' + JSON.stringify({ type: event.RequestType, old: event.OldResourceProperties?.Text }));
        if (!Answer) return;
        if (Answer === 'throw') throw new Error('broken');
        const answer = JSON.parse(Answer);
        if (event.RequestType === 'Delete') Object.assign(answer, { Status: 'SUCCESS' });
        await fetch(event.ResponseURL, {
          method: 'PUT',
          body: JSON.stringify({
            PhysicalResourceId: event.PhysicalResourceId,
            Data: { Seen: JSON.stringify(seen), Inner: { Type: event.ResourceType } },
            ...answer,
          }),
        });
      };`;

    beforeEach(async () => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      });
      await new IAMClient(fixture.config()).send(
        new CreateRoleCommand({ RoleName: 'function', AssumeRolePolicyDocument }),
      );
      await new LambdaClient(fixture.config()).send(
        new CreateFunctionCommand({
          FunctionName: 'handler',
          Role: 'arn:aws:iam::000000000000:role/function',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: zipSync({ 'index.js': strToU8(HANDLER) }) },
        }),
      );
    });

    const custom = (Answer: object | string | undefined, more: object = {}) => ({
      Type: 'Custom::Thing',
      Properties: {
        ServiceToken,
        Answer: typeof Answer === 'object' ? JSON.stringify(Answer) : Answer,
        ...more,
      },
    });
    const body = (...parameters: Parameters<typeof custom>) =>
      template({
        Thing: custom(...parameters),
        Seen: parameter('/app/seen', { 'Fn::GetAtt': ['Thing', 'Seen'] }),
      });
    const ok = (PhysicalResourceId: string) => ({ Status: 'SUCCESS', PhysicalResourceId });

    test('are made by a function, which gets every scalar as text and gives attributes', async () => {
      await create(body(ok('one'), { Text: 'x', Count: 5, Flags: [true] }));
      expect(await reasons()).toEqual(['User Initiated']);
      expect(await status()).toBe('CREATE_COMPLETE');
      expect(await physicalIds()).toMatchObject({ Thing: 'one' });
      expect(JSON.parse((await value('/app/seen')) as string)).toEqual({
        ServiceToken,
        Text: 'x',
        Count: '5',
        Flags: ['true'],
      });
    });

    test('are deleted under their old id after an update gave them a new one', async () => {
      await create(body(ok('one'), { Text: 'x' }));
      const before = (await events()).length;
      await update(body(ok('two'), { Text: 'y' }));
      expect((await events()).slice(before)).toEqual([
        'app UPDATE_IN_PROGRESS',
        'Thing UPDATE_IN_PROGRESS',
        'Thing UPDATE_COMPLETE',
        'Seen UPDATE_IN_PROGRESS',
        'Seen UPDATE_COMPLETE',
        'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'Thing DELETE_IN_PROGRESS',
        'Thing DELETE_COMPLETE',
        'app UPDATE_COMPLETE',
      ]);
      const { StackResources } = await cloudFormation.send(
        new DescribeStackResourcesCommand({ StackName: 'app', LogicalResourceId: 'Thing' }),
      );
      expect(StackResources).toMatchObject([{ PhysicalResourceId: 'two', ResourceType: 'Custom::Thing' }]);
      const { StackEvents = [] } = await cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: 'app' }),
      );
      const deletion = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'DELETE_COMPLETE');
      expect(deletion?.PhysicalResourceId).toBe('one');
    });

    test('fail with the reason that the function gives, and are deleted again', async () => {
      await create(body({ Status: 'FAILED', Reason: 'no such thing', PhysicalResourceId: 'half' }));
      expect(await status()).toBe('ROLLBACK_COMPLETE');
      expect(await reasons()).toContainEqual(
        expect.stringMatching(
          /^Received response status \[FAILED\] from custom resource\. Message returned: no such thing \(RequestId: .*\)$/,
        ),
      );
      expect(await events()).toContain('Thing DELETE_COMPLETE');
    });

    test('fail if the function does not answer in time', async () => {
      await create(body(undefined, { ServiceTimeout: 60 }));
      expect(await status()).toBe('CREATE_IN_PROGRESS');
      await fixture.advance(61_000);
      // The rollback asks the same silent function to delete.
      expect(await status()).toBe('ROLLBACK_IN_PROGRESS');
      await fixture.advance(HOUR);
      expect(await status()).toBe('ROLLBACK_FAILED');
    });
  });
});
