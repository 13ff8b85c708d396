import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import type { Grant } from './grant';
import { checkState, type StoredKey } from './key';
import type { KeyStore } from './key-store';

const PAGE = 50;
const GRANT_ID_LENGTH = 64;

/** Operations on grants. They take effect at once, so that grant tokens are not needed. */
export function grantOperations(cloud: Cloud, store: KeyStore) {
  const remove = (key: StoredKey, grantId: string | undefined) => {
    const rest = key.grants.filter(({ id }) => id !== grantId);
    if (rest.length === key.grants.length) {
      throw new AwsError('NotFoundException', `Grant ID ${grantId} not found`);
    }
    key.grants = rest;
    return {};
  };

  const operations = {
    CreateGrant: (input) => {
      const key = store.find(input.KeyId as string);
      checkState(key, 'use');
      const grant: Grant = {
        id: cloud.id(GRANT_ID_LENGTH, 'hex'),
        token: cloud.id(GRANT_ID_LENGTH),
        name: input.Name,
        created: cloud.clock.date(),
        granteePrincipal: input.GranteePrincipal as string,
        retiringPrincipal: input.RetiringPrincipal,
        operations: input.Operations ?? [],
        constraints: input.Constraints,
        issuingAccount: `arn:aws:iam::${cloud.account}:root`,
      };
      // A grant that is the same and named the same is not made twice.
      const existing = grant.name && key.grants.find((one) => isSame(one, grant));
      if (!existing) key.grants.push(grant);
      const { id, token } = existing || grant;
      return { GrantId: id, GrantToken: token };
    },

    ListGrants: (input) => {
      const key = store.find(input.KeyId as string);
      const wanted = key.grants.filter(
        ({ id, granteePrincipal }) =>
          (input.GrantId === undefined || id === input.GrantId) &&
          (input.GranteePrincipal === undefined || granteePrincipal === input.GranteePrincipal),
      );
      const { page, nextToken } = paginate(wanted, input.Limit ?? PAGE, input.Marker);
      const Grants = page.map((grant) => describe(grant, key));
      return { Grants, Truncated: nextToken !== undefined, NextMarker: nextToken };
    },

    RevokeGrant: (input) => remove(store.find(input.KeyId as string), input.GrantId),

    RetireGrant: (input) => {
      const [key, grantId] = retired(store, input);
      return remove(key, grantId);
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/**
 * The key and the grant that a RetireGrant names, by token or by both ids.
 *
 * @throws AwsError
 */
export function retired(store: KeyStore, input: sdk.RetireGrantRequest): [key: StoredKey, grantId: string] {
  const { GrantToken, KeyId, GrantId } = input;
  if (GrantToken === undefined && KeyId !== undefined && GrantId !== undefined)
    return [store.find(KeyId), GrantId];
  for (const key of store.all()) {
    const grant = key.grants.find(({ token }) => token === GrantToken);
    if (grant) return [key, grant.id];
  }
  throw new AwsError(
    'InvalidGrantTokenException',
    'RetireGrant needs the token of a grant, or its id with the ARN of its key',
  );
}

function isSame(a: Grant, b: Grant): boolean {
  const text = ({ name, granteePrincipal, retiringPrincipal, operations, constraints }: Grant) =>
    JSON.stringify([name, granteePrincipal, retiringPrincipal, operations, constraints]);
  return text(a) === text(b);
}

function describe(grant: Grant, key: StoredKey): sdk.GrantListEntry {
  return {
    KeyId: key.arn,
    GrantId: grant.id,
    Name: grant.name,
    CreationDate: grant.created,
    GranteePrincipal: grant.granteePrincipal,
    RetiringPrincipal: grant.retiringPrincipal,
    IssuingAccount: grant.issuingAccount,
    Operations: [...grant.operations],
    Constraints: grant.constraints,
  };
}
