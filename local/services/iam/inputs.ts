import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AttachRolePolicy: 'RoleName PolicyArn',
  CreatePolicy: 'PolicyName PolicyDocument Path Description Tags',
  CreatePolicyVersion: 'PolicyArn PolicyDocument SetAsDefault=true',
  CreateRole:
    'RoleName AssumeRolePolicyDocument Path Description MaxSessionDuration Tags ' + 'PermissionsBoundary',
  DeletePolicy: 'PolicyArn',
  DeleteRole: 'RoleName',
  DeleteRolePermissionsBoundary: 'RoleName',
  DeleteRolePolicy: 'RoleName PolicyName',
  DetachRolePolicy: 'RoleName PolicyArn',
  GetRole: 'RoleName',
  GetRolePolicy: 'RoleName PolicyName',
  ListAttachedRolePolicies: 'RoleName',
  ListRolePolicies: 'RoleName',
  ListRoles: '',
  PutRolePermissionsBoundary: 'RoleName PermissionsBoundary',
  PutRolePolicy: 'RoleName PolicyName PolicyDocument',
  TagRole: 'RoleName Tags',
  UpdateAssumeRolePolicy: 'RoleName PolicyDocument',

  Tag: 'Key Value',
};
