import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { checkState } from './key';
import type { KeyStore, StoredAlias } from './key-store';

const PAGE = 50;

/** Operations on aliases: names of keys that can be given to other keys. */
export function aliasOperations(cloud: Cloud, store: KeyStore) {
  const find = (name: string | undefined): StoredAlias => {
    const alias = store.tryFindAlias(name as string);
    if (alias) return alias;
    throw new AwsError('NotFoundException', `Alias ${store.aliasArn(name as string)} is not found.`);
  };

  const operations = {
    CreateAlias: (input) => {
      const name = input.AliasName as string;
      checkName(name);
      const key = store.find(input.TargetKeyId as string);
      checkState(key, 'change');
      if (store.tryFindAlias(name)) {
        const arn = store.aliasArn(name);
        throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
      }
      store.addAlias(name, key.id);
      return {};
    },

    UpdateAlias: (input) => {
      const alias = find(input.AliasName);
      const key = store.find(input.TargetKeyId as string);
      checkState(key, 'change');
      alias.keyId = key.id;
      alias.updated = cloud.clock.date();
      return {};
    },

    DeleteAlias: (input) => {
      store.deleteAlias(find(input.AliasName).name);
      return {};
    },

    ListAliases: (input) => {
      const keyId = input.KeyId === undefined ? undefined : store.find(input.KeyId).id;
      const wanted = store.allAliases().filter((alias) => keyId === undefined || alias.keyId === keyId);
      const { page, nextToken } = paginate(wanted, input.Limit ?? PAGE, input.Marker);
      const Aliases = page.map((alias) => ({
        AliasName: alias.name,
        AliasArn: store.aliasArn(alias.name),
        TargetKeyId: alias.keyId,
        CreationDate: alias.created,
        LastUpdatedDate: alias.updated,
      }));
      return { Aliases, Truncated: nextToken !== undefined, NextMarker: nextToken };
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
function checkName(name: string): void {
  if (name.startsWith('alias/') && !name.startsWith('alias/aws/')) return;
  throw new AwsError(
    'InvalidAliasNameException',
    `the alias ${name} must begin with alias/, and not with alias/aws/, which is reserved for AWS managed keys`,
  );
}
