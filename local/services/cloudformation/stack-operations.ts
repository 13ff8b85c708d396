import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { checkNotImported } from './exports';
import { refuseUnsupported } from './refusals';
import type { Stack } from './stack';
import { checkUpdatable, type StackEngine } from './stack-engine';

type StackOperations = Pick<
  Operations<typeof sdk>,
  'CreateStack' | 'UpdateStack' | 'DeleteStack' | 'UpdateTerminationProtection'
>;

/** Operations that change stacks without a change set. */
export function stackOperations(engine: StackEngine): StackOperations {
  const { store } = engine;
  return {
    CreateStack: async (input, { principal }) => {
      refuseUnsupported('CreateStack', input);
      const name = input.StackName as string;
      if (store.tryFindStack(name)) {
        throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
      }
      const stack = engine.newStack(name, principal);
      const { goal } = await engine.propose(stack, input, principal);
      stack.roleArn = input.RoleARN;
      stack.terminationProtection = input.EnableTerminationProtection ?? false;
      const onFailure = input.OnFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
      engine.deploy(stack, goal, { onFailure, token: input.ClientRequestToken });
      return { StackId: stack.id };
    },

    UpdateStack: async (input, { principal }) => {
      refuseUnsupported('UpdateStack', input);
      const stack = existing(store.tryFindStack(input.StackName as string), input.StackName);
      checkUpdatable(stack);
      const { goal, isChange } = await engine.propose(stack, input, principal);
      if (!isChange) throw new AwsError('ValidationError', 'No updates are to be performed.');
      checkUpdatable(stack);
      stack.caller = principal;
      stack.roleArn = input.RoleARN ?? stack.roleArn;
      const onFailure = input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK';
      engine.deploy(stack, goal, { onFailure, token: input.ClientRequestToken });
      return { StackId: stack.id };
    },

    DeleteStack: (input, { principal }) => {
      const stack = store.tryFindStack(input.StackName as string);
      if (!stack || stack.status === 'DELETE_COMPLETE') return {};
      if (stack.terminationProtection) {
        throw new AwsError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      checkNotImported(store, stack);
      if (/_IN_PROGRESS$/.test(stack.status) && stack.status !== 'REVIEW_IN_PROGRESS') {
        if (stack.status === 'DELETE_IN_PROGRESS') return {};
        throw new AwsError(
          'ValidationError',
          `Stack:${stack.id} is in ${stack.status} state and can not be deleted.`,
        );
      }
      const retained = input.RetainResources ?? [];
      if (
        retained.length > 0 &&
        stack.status !== 'DELETE_FAILED' &&
        input.DeletionMode !== 'FORCE_DELETE_STACK'
      ) {
        throw new AwsError(
          'ValidationError',
          `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
      }
      stack.caller = principal;
      stack.roleArn = input.RoleARN ?? stack.roleArn;
      for (const changeSet of store.changeSetsOf(stack)) store.changeSets.delete(changeSet.id);
      engine.delete(stack, { retained, token: input.ClientRequestToken });
      return {};
    },

    UpdateTerminationProtection: (input) => {
      const stack = store.findStack(input.StackName);
      stack.terminationProtection = input.EnableTerminationProtection as boolean;
      return { StackId: stack.id };
    },
  };
}

function existing(stack: Stack | undefined, name: string | undefined): Stack {
  if (stack && stack.status !== 'DELETE_COMPLETE') return stack;
  throw new AwsError('ValidationError', `Stack [${name}] does not exist`);
}
