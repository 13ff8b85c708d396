import { AwsError } from './aws-error';
import {
  evaluateIdentityPolicies,
  evaluateResourcePolicy,
  type PolicyDocument,
  type PolicyRequest,
} from './policy';
import type { Principal } from './principal';
import type { Permission } from './service';

/** Where the authorizer finds policies. */
export interface PolicySource {
  /** The policies of a role; undefined if there is no such role. */
  rolePolicies(roleArn: string): readonly PolicyDocument[] | undefined;
  /** The policy that limits what a role can be allowed; undefined if nothing does. */
  permissionsBoundary(roleArn: string): PolicyDocument | undefined;
  resourcePolicy(arn: string): PolicyDocument | undefined;
  /** Hears of each request that a role's own policies allowed. */
  noteAllowed?(roleArn: string, request: PolicyRequest): void;
}

/**
 * Decides as IAM does within one account: an explicit deny wins; then an allow by the caller's policies or by
 * the resource's; else denied. The account itself is allowed everything that no resource policy denies. A
 * permissions boundary allows nothing, and limits whatever allows a role something. On AWS a resource policy
 * that names one session of a role, and not the role, goes beyond the boundary: here it does not.
 *
 * @see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 * @throws AwsError AccessDenied, worded like AWS's
 */
export function authorize(
  source: PolicySource,
  principal: Principal,
  permissions: readonly Permission[],
): void {
  for (const permission of permissions) {
    const request: PolicyRequest = {
      action: permission.action,
      resource: permission.resource,
      principal: principalNames(principal),
      context: contextOf(principal, permission),
    };
    const resourcePolicy = source.resourcePolicy(permission.resource);
    const byResource = resourcePolicy && evaluateResourcePolicy(resourcePolicy, request);
    const byIdentity = identityEffect(source, principal, request);
    const delegated = resourcePolicy && delegatesToAccount(resourcePolicy, principal, request);
    if (byResource === 'Deny')
      deny(principal, permission, 'with an explicit deny in a resource-based policy');
    if (byIdentity === 'Deny')
      deny(principal, permission, 'with an explicit deny in an identity-based policy');
    const boundary = boundaryOf(source, principal);
    const byBoundary = boundary ? evaluateIdentityPolicies([boundary], request) : 'Allow';
    if (byBoundary === 'Deny') deny(principal, permission, 'with an explicit deny in a permissions boundary');
    const isGuarded = needsResourcePolicy(permission, resourcePolicy);
    const allowed = byResource ?? (isGuarded ? delegated && byIdentity : byIdentity);
    if (!allowed) {
      const isMissingInResource = principal.type === 'service' || (isGuarded && !delegated);
      const kind = isMissingInResource ? 'resource-based' : 'identity-based';
      deny(principal, permission, `because no ${kind} policy allows the ${permission.action} action`);
    }
    if (!byBoundary)
      deny(principal, permission, `because no permissions boundary allows the ${permission.action} action`);
    if (principal.type === 'role' && byIdentity === 'Allow') source.noteAllowed?.(principal.roleArn, request);
  }
}

/**
 * Whether IAM policies alone do not suffice: a role is assumed, and a KMS key is used, only by whom its own
 * policy names, either directly or through the account. Not even the account's own principal can do what a
 * key policy leaves out.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function needsResourcePolicy({ action, resource }: Permission, policy: PolicyDocument | undefined): boolean {
  if (action === 'sts:AssumeRole') return true;
  return policy !== undefined && /^arn:aws:kms:[^:]*:[^:]*:key\//.test(resource);
}

/** A resource policy that names the account leaves the decision about its roles to their own policies. */
function delegatesToAccount(policy: PolicyDocument, principal: Principal, request: PolicyRequest): boolean {
  if (principal.type !== 'role') return false;
  return (
    evaluateResourcePolicy(policy, { ...request, principal: { AWS: accountNames(principal.account) } }) ===
    'Allow'
  );
}

function accountNames(account: string): string[] {
  return [account, `arn:aws:iam::${account}:root`];
}

function identityEffect(
  source: PolicySource,
  principal: Principal,
  request: PolicyRequest,
): 'Allow' | 'Deny' | undefined {
  if (principal.type === 'account') return 'Allow';
  if (principal.type === 'service') return undefined;
  return evaluateIdentityPolicies(source.rolePolicies(principal.roleArn) ?? [], request);
}

function boundaryOf(source: PolicySource, principal: Principal): PolicyDocument | undefined {
  return principal.type === 'role' ? source.permissionsBoundary(principal.roleArn) : undefined;
}

function principalNames(principal: Principal): PolicyRequest['principal'] {
  if (principal.type === 'service') return { Service: [principal.service] };
  return {
    AWS: principal.type === 'role' ? [principal.roleArn, principal.arn] : accountNames(principal.account),
  };
}

/**
 * Services that name the owner of the resource they act for, which the default policy of SNS topics asks for.
 */
const SERVICES_NAMING_OWNER = new Set(['cloudwatch.amazonaws.com']);

function contextOf(principal: Principal, permission: Permission): PolicyRequest['context'] {
  const context: Record<string, string | readonly string[]> = {
    // Loopback never leaves the machine: as good as TLS.
    'aws:securetransport': 'true',
    'aws:principalaccount': principal.account,
    'aws:principalarn': principal.type === 'role' ? principal.roleArn : principal.arn,
    'aws:resourceaccount': principal.account,
  };
  // A service names the resource that it acts for; other callers have none.
  if (principal.type === 'service') context['aws:sourceaccount'] = principal.account;
  if (principal.type === 'service' && principal.sourceArn) context['aws:sourcearn'] = principal.sourceArn;
  if (principal.type === 'service' && SERVICES_NAMING_OWNER.has(principal.service)) {
    context['aws:sourceowner'] = principal.account;
  }
  for (const [key, value] of Object.entries(permission.context ?? {})) context[key.toLowerCase()] = value;
  return context;
}

function deny(principal: Principal, permission: Permission, why: string): never {
  const on = permission.resource === '*' ? '' : ` on resource: ${permission.resource}`;
  throw new AwsError(
    'AccessDenied',
    `User: ${principal.arn} is not authorized to perform: ${permission.action}${on} ${why}`,
    {
      status: 403,
    },
  );
}
