import type { GrantConstraints, GrantOperation } from '@aws-sdk/client-kms';
import type { PolicyStatement } from '../../gateway/policy';

/** Lets a principal use a key, beside the key policy. */
export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly name?: string;
  readonly created: Date;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  readonly operations: readonly GrantOperation[];
  readonly constraints?: GrantConstraints;
  readonly issuingAccount: string;
}

/** Operations that an encryption context belongs to: the constraints of a grant hold for these alone. */
const WITH_CONTEXT: readonly GrantOperation[] = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * What a grant allows, as statements beside those of the key policy, whose denials win.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html
 */
export function grantStatements(grant: Grant): PolicyStatement[] {
  const grantee = principalElement(grant.granteePrincipal);
  const constrained = grant.operations.filter((operation) => WITH_CONTEXT.includes(operation));
  const others = grant.operations.filter((operation) => !WITH_CONTEXT.includes(operation));
  const retiring = grant.retiringPrincipal && principalElement(grant.retiringPrincipal);
  return [
    { ...statement(grantee, constrained), Condition: conditionOf(grant.constraints) },
    statement(grantee, others),
    ...(retiring ? [statement(retiring, ['RetireGrant'])] : []),
  ];
}

function statement(
  Principal: Record<string, string>,
  operations: readonly GrantOperation[],
): PolicyStatement {
  const Action = operations.map((operation) => `kms:${operation}`);
  return { Effect: 'Allow', Principal, Action, Resource: '*' };
}

function principalElement(name: string): Record<string, string> {
  return name.endsWith('.amazonaws.com') ? { Service: name } : { AWS: name };
}

function conditionOf({
  EncryptionContextSubset,
  EncryptionContextEquals,
}: GrantConstraints = {}): PolicyStatement['Condition'] {
  const pairs = Object.entries({ ...EncryptionContextSubset, ...EncryptionContextEquals });
  return {
    ...(pairs.length > 0 && {
      StringEquals: Object.fromEntries(
        pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    }),
    ...(EncryptionContextEquals && {
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': Object.keys(EncryptionContextEquals) },
    }),
  };
}
