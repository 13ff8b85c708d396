import type * as sdk from '@aws-sdk/client-sfn';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { MachineStore, StoredStateMachine } from './machine-store';

/** Tags of state machines. */
export function tagOperations(store: MachineStore) {
  const find = (arn: string | undefined): StoredStateMachine => {
    const machine = store.machines.get(arn ?? '');
    if (!machine) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return machine;
  };
  return {
    TagResource: (input) => {
      const machine = find(input.resourceArn);
      store.machines.set(machine.arn, { ...machine, tags: { ...machine.tags, ...tagMap(input.tags) } });
      return {};
    },

    UntagResource: (input) => {
      const machine = find(input.resourceArn);
      const kept = Object.entries(machine.tags).filter(([key]) => !input.tagKeys?.includes(key));
      store.machines.set(machine.arn, { ...machine, tags: Object.fromEntries(kept) });
      return {};
    },

    ListTagsForResource: (input) => ({
      tags: Object.entries(find(input.resourceArn).tags).map(([key, value]) => ({ key, value })),
    }),
  } satisfies Operations<typeof sdk>;
}

export function tagMap(tags: readonly sdk.Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
}
