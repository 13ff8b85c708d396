import * as sdk from '@aws-sdk/client-iam';
import { authorize } from '../../gateway/authorizer';
import { AwsError } from '../../gateway/aws-error';
import { allowsFor, type PolicyDocument, type PolicyRequest } from '../../gateway/policy';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { AccessRecord, type GrantUse } from './access-record';
import { awsManagedPolicy } from './aws-managed-policies';
import { implementedInputs } from './inputs';
import { managedPolicyResource, policyResource, roleResource } from './resources';

const DEFAULT_SESSION_SECONDS = 3_600;

interface StoredRole {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly created: Date;
  readonly description?: string;
  /** Seconds. */
  readonly maxSessionDuration?: number;
  trust: PolicyDocument;
  /** ARN of the policy that limits it. */
  boundary?: string | undefined;
  tags: Record<string, string>;
  /** Inline policies by name. */
  readonly inline: Map<string, PolicyDocument>;
  /** ARNs of attached policies. */
  readonly attached: Set<string>;
}

interface StoredPolicy {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  document: PolicyDocument;
}

/** IAM: roles and policies, as the gateway enforces them. */
export class IamService implements Service {
  readonly name = 'iam';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::IAM::Role': roleResource,
    'AWS::IAM::Policy': policyResource,
    'AWS::IAM::ManagedPolicy': managedPolicyResource,
  };
  private readonly roles: Map<string, StoredRole>;
  private readonly policies: Map<string, StoredPolicy>;
  private readonly access: AccessRecord;

  constructor(private readonly cloud: Cloud) {
    this.access = new AccessRecord(cloud.table('iam/access'), cloud.clock);
    this.roles = cloud.table('iam/roles');
    this.policies = cloud.table('iam/policies');
  }

  readonly operations: Operations<typeof sdk> = {
    CreateRole: (input) => {
      const name = input.RoleName as string;
      if (this.roles.has(name)) {
        throw new AwsError('EntityAlreadyExistsException', `Role with name ${name} already exists.`);
      }
      if (input.PermissionsBoundary) this.document(input.PermissionsBoundary);
      const role: StoredRole = {
        name,
        path: input.Path ?? '/',
        id: `AROA${this.cloud.id(16, 'upper')}`,
        created: this.cloud.clock.date(),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration,
        trust: parse(input.AssumeRolePolicyDocument as string),
        boundary: input.PermissionsBoundary,
        tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
        inline: new Map(),
        attached: new Set(),
      };
      this.roles.set(name, role);
      return { Role: this.describeRole(role) };
    },

    GetRole: (input) => ({ Role: this.describeRole(this.role(input.RoleName)) }),

    ListRoles: () => ({ Roles: [...this.roles.values()].map((role) => this.describeRole(role)) }),

    DeleteRole: (input) => {
      const role = this.role(input.RoleName);
      if (role.inline.size + role.attached.size > 0) {
        throw new AwsError(
          'DeleteConflictException',
          'Cannot delete entity, must detach all policies first.',
        );
      }
      this.roles.delete(role.name);
      return {};
    },

    UpdateAssumeRolePolicy: (input) => {
      this.role(input.RoleName).trust = parse(input.PolicyDocument as string);
      return {};
    },

    PutRolePermissionsBoundary: (input) => {
      this.document(input.PermissionsBoundary as string);
      this.role(input.RoleName).boundary = input.PermissionsBoundary;
      return {};
    },

    DeleteRolePermissionsBoundary: (input) => {
      const role = this.role(input.RoleName);
      if (!role.boundary) throw noSuchEntity(`The role ${role.name} has no permissions boundary.`);
      delete role.boundary;
      return {};
    },

    TagRole: (input) => {
      for (const { Key, Value } of input.Tags ?? [])
        this.role(input.RoleName).tags[Key as string] = Value as string;
      return {};
    },

    PutRolePolicy: (input) => {
      this.role(input.RoleName).inline.set(input.PolicyName as string, parse(input.PolicyDocument as string));
      return {};
    },

    GetRolePolicy: (input) => {
      const document = this.role(input.RoleName).inline.get(input.PolicyName as string);
      if (!document) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      return {
        RoleName: input.RoleName,
        PolicyName: input.PolicyName,
        PolicyDocument: encodeURIComponent(JSON.stringify(document)),
      };
    },

    ListRolePolicies: (input) => ({ PolicyNames: [...this.role(input.RoleName).inline.keys()] }),

    DeleteRolePolicy: (input) => {
      if (!this.role(input.RoleName).inline.delete(input.PolicyName as string)) {
        throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      }
      return {};
    },

    AttachRolePolicy: (input) => {
      this.document(input.PolicyArn as string);
      this.role(input.RoleName).attached.add(input.PolicyArn as string);
      return {};
    },

    DetachRolePolicy: (input) => {
      if (!this.role(input.RoleName).attached.delete(input.PolicyArn as string)) {
        throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
      }
      return {};
    },

    ListAttachedRolePolicies: (input) => ({
      AttachedPolicies: [...this.role(input.RoleName).attached].map((arn) => ({
        PolicyArn: arn,
        PolicyName: nameOf(arn),
      })),
    }),

    CreatePolicy: (input) => {
      const path = input.Path ?? '/';
      const arn = `arn:aws:iam::${this.cloud.account}:policy${path}${input.PolicyName}`;
      if (this.policies.has(arn)) {
        throw new AwsError(
          'EntityAlreadyExistsException',
          `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`,
        );
      }
      const document = parse(input.PolicyDocument as string);
      this.policies.set(arn, {
        name: input.PolicyName as string,
        arn,
        created: this.cloud.clock.date(),
        document,
      });
      return { Policy: { PolicyName: input.PolicyName, Arn: arn, Path: path } };
    },

    CreatePolicyVersion: (input) => {
      this.policy(input.PolicyArn as string).document = parse(input.PolicyDocument as string);
      return { PolicyVersion: { VersionId: 'v1', IsDefaultVersion: true } };
    },

    DeletePolicy: (input) => {
      const { arn } = this.policy(input.PolicyArn as string);
      const isUsed = [...this.roles.values()].some(
        ({ attached, boundary }) => attached.has(arn) || boundary === arn,
      );
      if (isUsed) {
        throw new AwsError('DeleteConflictException', 'Cannot delete a policy attached to entities.');
      }
      this.policies.delete(input.PolicyArn as string);
      return {};
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const policyArn = input.PolicyArn as string | undefined;
    const roleName = input.RoleName as string | undefined;
    const resource = roleName ? this.roleArn(roleName) : (policyArn ?? '*');
    const boundary = input.PermissionsBoundary ?? (roleName && this.roles.get(roleName)?.boundary);
    return [
      {
        action: `iam:${operation}`,
        resource,
        ...(boundary ? { context: { 'iam:PermissionsBoundary': String(boundary) } } : {}),
      },
    ];
  }

  /** The trust policy of a role. */
  resourcePolicy(arn: string): PolicyDocument | undefined {
    return this.roleByArn(arn)?.trust;
  }

  /** All policies of a role, inline and attached; undefined if there is no such role. */
  rolePolicies(roleArn: string): PolicyDocument[] | undefined {
    const role = this.roleByArn(roleArn);
    return role && [...this.documents(role).values()];
  }

  /** Whether a role's own policies let a service do something for it. */
  isAllowed(roleArn: string, service: string, action: string, resource: string): boolean {
    const source = {
      rolePolicies: (arn: string) => this.rolePolicies(arn),
      permissionsBoundary: (arn: string) => this.permissionsBoundary(arn),
      resourcePolicy: () => undefined,
      noteAllowed: (arn: string, request: PolicyRequest) => this.noteAllowed(arn, request),
    };
    try {
      authorize(source, rolePrincipal(roleArn, service), [{ action, resource }]);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  /** Notes which grants of a role allowed a request. */
  noteAllowed(roleArn: string, request: PolicyRequest): void {
    const role = this.roleByArn(roleArn);
    if (!role) return;
    for (const [policy, document] of this.documents(role)) {
      this.access.note(role.name, policy, allowsFor(document, request));
    }
  }

  /** What each role may do, and how often that was needed. */
  grants(): GrantUse[] {
    return this.access.report(
      new Map([...this.roles.values()].map((role) => [role.name, this.documents(role)])),
    );
  }

  /** The policy that limits what a role can be allowed; undefined if nothing does. */
  permissionsBoundary(roleArn: string): PolicyDocument | undefined {
    const boundary = this.roleByArn(roleArn)?.boundary;
    return boundary === undefined ? undefined : this.document(boundary);
  }

  /** The longest, in seconds, that a session of a role may be asked for. */
  maxSessionDuration(roleArn: string): number {
    return this.roleByArn(roleArn)?.maxSessionDuration ?? DEFAULT_SESSION_SECONDS;
  }

  /** Policies of a role by name, inline and attached. */
  private documents({ inline, attached }: StoredRole): Map<string, PolicyDocument> {
    const documents = new Map(inline);
    for (const arn of attached) documents.set(nameOf(arn), this.document(arn));
    return documents;
  }

  private roleByArn(arn: string): StoredRole | undefined {
    return this.roles.get(nameOf(arn));
  }

  private roleArn(name: string): string {
    return `arn:aws:iam::${this.cloud.account}:role${this.roles.get(name)?.path ?? '/'}${name}`;
  }

  private role(name: string | undefined): StoredRole {
    const role = this.roles.get(name ?? '');
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  private policy(arn: string): StoredPolicy {
    const policy = this.policies.get(arn);
    if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
    return policy;
  }

  private document(arn: string): PolicyDocument {
    return arn.startsWith('arn:aws:iam::aws:policy/') ? awsManagedPolicy(arn) : this.policy(arn).document;
  }

  private describeRole(role: StoredRole): sdk.Role {
    return {
      RoleName: role.name,
      RoleId: role.id,
      Arn: this.roleArn(role.name),
      Path: role.path,
      CreateDate: role.created,
      Description: role.description,
      ...(role.boundary && {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: role.boundary,
        },
      }),
      MaxSessionDuration: role.maxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
      Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    };
  }
}

function parse(text: string): PolicyDocument {
  let document: PolicyDocument | null;
  try {
    document = JSON.parse(text) as PolicyDocument | null;
  } catch {
    throw new AwsError('MalformedPolicyDocumentException', 'This policy contains invalid Json');
  }
  if (document?.Statement) return document;
  throw new AwsError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
}

/** Name of a role or policy, which follows its path. */
function nameOf(arn: string): string {
  return arn.split('/').at(-1) as string;
}

function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntityException', message);
}
