import { AwsError } from '../../gateway/aws-error';
import { evaluateResourcePolicy, type PolicyDocument, type PolicyStatement } from '../../gateway/policy';
import type { Principal } from '../../gateway/principal';
import { parsePolicy } from '../policy-text';

/** The policy of a key that was made without one: it leaves the decision to the account's IAM policies. */
export function defaultKeyPolicy(account: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

/**
 * The policy of the key that a service has in an account: everybody in the account, through this service.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
export function managedKeyPolicy(service: string, region: string, account: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:ViaService': `${service}.${region}.amazonaws.com`,
            'kms:CallerAccount': account,
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  });
}

export interface KeyPolicyCheck {
  readonly principal: Principal;
  readonly account: string;
  hasRole(arn: string): boolean;
  /** @default false */
  readonly isLockoutAccepted?: boolean | undefined;
}

/**
 * Refuses a key policy as CreateKey and PutKeyPolicy do. Roles of other accounts are not looked for.
 *
 * @throws AwsError `MalformedPolicyDocumentException`
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
export function checkKeyPolicy(text: string, check: KeyPolicyCheck): void {
  const policy = parsePolicy(text);
  if (!policy) throw malformed('This policy contains invalid Json');
  if (statementsOf(policy).some((statement) => !rolesOf(statement, check.account).every(check.hasRole))) {
    throw malformed('Policy contains a statement with one or more invalid principals.');
  }
  if (check.isLockoutAccepted || mayPutKeyPolicy(policy, check)) return;
  throw malformed('The new key policy will not allow you to update the key policy in the future.');
}

function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return [Statement].flat() as PolicyStatement[];
}

/** ARNs of this account's roles and users that a statement names. */
function rolesOf({ Principal }: PolicyStatement, account: string): string[] {
  if (Principal === undefined || Principal === '*') return [];
  return [Principal.AWS ?? []]
    .flat()
    .filter((name) => /:(role|user)\//.test(name) && name.startsWith(`arn:aws:iam::${account}:`));
}

/** The caller itself, or through the account. */
function mayPutKeyPolicy(policy: PolicyDocument, { principal, account }: KeyPolicyCheck): boolean {
  const caller = principal.type === 'role' ? [principal.roleArn, principal.arn] : [];
  const request = {
    action: 'kms:PutKeyPolicy',
    resource: '*',
    context: { 'kms:calleraccount': account, 'aws:principalaccount': account },
    principal: { AWS: [...caller, account, `arn:aws:iam::${account}:root`] },
  };
  return evaluateResourcePolicy(policy, request) === 'Allow';
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
