import { NotImplementedError } from '../../gateway/aws-error';
import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../gateway/service';

/** AWS::IAM::Role */
export const roleResource: ResourceProvider = {
  properties: [
    'RoleName',
    'AssumeRolePolicyDocument',
    'ManagedPolicyArns',
    'Policies',
    'Description',
    'Path',
    'Tags',
    'MaxSessionDuration',
    'PermissionsBoundary',
  ],
  createOnly: ['RoleName', 'Path'],

  async create(properties, context) {
    const name = (properties.RoleName as string | undefined) ?? context.generateName({ maxLength: 64 });
    await context.call('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
      Path: properties.Path,
      Description: properties.Description,
      MaxSessionDuration: properties.MaxSessionDuration,
      PermissionsBoundary: properties.PermissionsBoundary,
      Tags: properties.Tags,
    });
    await putPolicies(name, properties, {}, context);
    return roleState(name, context);
  },

  async update(name, properties, previous, context) {
    if (properties.MaxSessionDuration !== previous.MaxSessionDuration) {
      throw new NotImplementedError('a change of MaxSessionDuration of AWS::IAM::Role');
    }
    await context.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: name,
      PolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
    });
    const { PermissionsBoundary } = properties;
    if (PermissionsBoundary !== previous.PermissionsBoundary) {
      await (PermissionsBoundary
        ? context.call('iam', 'PutRolePermissionsBoundary', { RoleName: name, PermissionsBoundary })
        : context.call('iam', 'DeleteRolePermissionsBoundary', { RoleName: name }));
    }
    await putPolicies(name, properties, previous, context);
    return roleState(name, context);
  },

  async delete(name, properties, context) {
    try {
      await putPolicies(name, {}, properties, context);
      await context.call('iam', 'DeleteRole', { RoleName: name });
    } catch (error) {
      ignoreMissing(error);
    }
  },
};

async function putPolicies(
  name: string,
  wanted: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const wantedNames = ((wanted.Policies ?? []) as TemplateProperties[]).map(({ PolicyName }) => PolicyName);
  for (const { PolicyName } of (previous.Policies ?? []) as TemplateProperties[]) {
    if (!wantedNames.includes(PolicyName))
      await context.call('iam', 'DeleteRolePolicy', { RoleName: name, PolicyName });
  }
  for (const { PolicyName, PolicyDocument } of (wanted.Policies ?? []) as TemplateProperties[]) {
    await context.call('iam', 'PutRolePolicy', {
      RoleName: name,
      PolicyName,
      PolicyDocument: JSON.stringify(PolicyDocument),
    });
  }
  const before = (previous.ManagedPolicyArns ?? []) as string[];
  const after = (wanted.ManagedPolicyArns ?? []) as string[];
  for (const PolicyArn of before.filter((arn) => !after.includes(arn))) {
    await context.call('iam', 'DetachRolePolicy', { RoleName: name, PolicyArn });
  }
  for (const PolicyArn of after.filter((arn) => !before.includes(arn))) {
    await context.call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn });
  }
}

async function roleState(name: string, context: ResourceContext) {
  const { Role } = await context.call<{ Role: { Arn: string; RoleId: string } }>('iam', 'GetRole', {
    RoleName: name,
  });
  return { physicalId: name, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
}

/** AWS::IAM::Policy: an inline policy of one or several roles. */
export const policyResource: ResourceProvider = {
  properties: ['PolicyName', 'PolicyDocument', 'Roles'],
  createOnly: [],

  async create(properties, context) {
    for (const role of properties.Roles ?? []) await putInline(role, properties, context);
    return { physicalId: properties.PolicyName, attributes: { Id: properties.PolicyName } };
  },

  async update(_physicalId, properties, previous, context) {
    for (const role of properties.Roles ?? []) await putInline(role, properties, context);
    const isRenamed = previous.PolicyName !== properties.PolicyName;
    for (const role of (previous.Roles ?? []) as string[]) {
      if (isRenamed || !properties.Roles?.includes(role)) await deleteInline(role, previous, context);
    }
    return { physicalId: properties.PolicyName, attributes: { Id: properties.PolicyName } };
  },

  async delete(_physicalId, properties, context) {
    for (const role of (properties.Roles ?? []) as string[]) await deleteInline(role, properties, context);
  },
};

function putInline(
  role: string,
  { PolicyName, PolicyDocument }: TemplateProperties,
  context: ResourceContext,
) {
  return context.call('iam', 'PutRolePolicy', {
    RoleName: role,
    PolicyName,
    PolicyDocument: JSON.stringify(PolicyDocument),
  });
}

async function deleteInline(
  role: string,
  { PolicyName }: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  await context.call('iam', 'DeleteRolePolicy', { RoleName: role, PolicyName }).catch(ignoreMissing);
}

/** AWS::IAM::ManagedPolicy */
export const managedPolicyResource: ResourceProvider = {
  properties: ['ManagedPolicyName', 'PolicyDocument', 'Roles', 'Description', 'Path'],
  createOnly: ['ManagedPolicyName', 'Description', 'Path'],

  async create(properties, context) {
    const name =
      (properties.ManagedPolicyName as string | undefined) ?? context.generateName({ maxLength: 128 });
    const { Policy } = await context.call<{ Policy: { Arn: string } }>('iam', 'CreatePolicy', {
      PolicyName: name,
      Path: properties.Path,
      PolicyDocument: JSON.stringify(properties.PolicyDocument),
    });
    for (const role of properties.Roles ?? []) {
      await context.call('iam', 'AttachRolePolicy', { RoleName: role, PolicyArn: Policy.Arn });
    }
    return { physicalId: Policy.Arn, attributes: { PolicyArn: Policy.Arn } };
  },

  async update(arn, properties, previous, context) {
    await context.call('iam', 'CreatePolicyVersion', {
      PolicyArn: arn,
      PolicyDocument: JSON.stringify(properties.PolicyDocument),
      SetAsDefault: true,
    });
    await putPolicyRoles(arn, properties.Roles ?? [], previous.Roles ?? [], context);
    return { physicalId: arn, attributes: { PolicyArn: arn } };
  },

  async delete(arn, properties, context) {
    try {
      await putPolicyRoles(arn, [], properties.Roles ?? [], context);
      await context.call('iam', 'DeletePolicy', { PolicyArn: arn });
    } catch (error) {
      ignoreMissing(error);
    }
  },
};

async function putPolicyRoles(
  arn: string,
  wanted: string[],
  previous: string[],
  context: ResourceContext,
): Promise<void> {
  for (const role of wanted.filter((name) => !previous.includes(name))) {
    await context.call('iam', 'AttachRolePolicy', { RoleName: role, PolicyArn: arn });
  }
  for (const role of previous.filter((name) => !wanted.includes(name))) {
    await context.call('iam', 'DetachRolePolicy', { RoleName: role, PolicyArn: arn }).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'NoSuchEntityException') throw error;
}
