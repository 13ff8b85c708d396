import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { describeParameters } from './parameters';
import { Progress } from './progress';
import { refuseUnsupported } from './refusals';
import type { Stack } from './stack';
import { checkUpdatable, type StackEngine } from './stack-engine';
import type { ChangeSet } from './stack-store';

type ChangeSetOperations = Pick<
  Operations<typeof sdk>,
  'CreateChangeSet' | 'DescribeChangeSet' | 'ExecuteChangeSet' | 'DeleteChangeSet' | 'ListChangeSets'
>;

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export function changeSetOperations(cloud: Cloud, engine: StackEngine): ChangeSetOperations {
  const { store } = engine;
  return {
    CreateChangeSet: async (input, { principal }) => {
      refuseUnsupported('CreateChangeSet', input);
      const stackName = input.StackName as string;
      const name = input.ChangeSetName as string;
      const found = store.tryFindStack(stackName);
      const existing = found?.status === 'DELETE_COMPLETE' ? undefined : found;
      const isCreation = input.ChangeSetType === 'CREATE';
      if (input.ChangeSetType === 'IMPORT') {
        throw new AwsError(
          'ValidationError',
          'the local cloud does not implement change sets of type IMPORT',
        );
      }
      if (isCreation && existing && existing.status !== 'REVIEW_IN_PROGRESS') {
        throw new AwsError(
          'ValidationError',
          `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
        );
      }
      if (!isCreation) {
        if (!existing) throw new AwsError('ValidationError', `Stack [${stackName}] does not exist`);
        checkUpdatable(existing);
      }
      const stack = existing ?? engine.newStack(stackName, principal);
      if (store.tryFindChangeSet(name, stack.id)) {
        throw new AwsError(
          'AlreadyExistsException',
          `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`,
        );
      }
      const { goal, changes, isChange } = await engine.propose(stack, input, principal);
      if (!existing) {
        store.stacks.set(stack.id, stack);
        new Progress(cloud, store, stack, input.ClientToken).stackIs('REVIEW_IN_PROGRESS', 'User Initiated');
      }
      stack.caller = principal;
      const changeSet: ChangeSet = {
        id: cloud.arn('cloudformation', `changeSet/${name}/${cloud.uuid()}`),
        name,
        stackId: stack.id,
        description: input.Description,
        created: cloud.clock.date(),
        goal,
        roleArn: input.RoleARN,
        onStackFailure: input.OnStackFailure,
        changes,
        status: isChange ? 'CREATE_COMPLETE' : 'FAILED',
        statusReason: isChange ? undefined : NO_CHANGES,
        executionStatus: isChange ? 'AVAILABLE' : 'UNAVAILABLE',
      };
      store.changeSets.set(changeSet.id, changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },

    DescribeChangeSet: (input) => {
      const changeSet = store.findChangeSet(input.ChangeSetName, input.StackName);
      const stack = store.findStack(changeSet.stackId);
      return {
        ...summary(changeSet, stack),
        OnStackFailure: changeSet.onStackFailure,
        Parameters: describeParameters(changeSet.goal.parameters),
        Tags: [...changeSet.goal.tags],
        Capabilities: [...changeSet.goal.capabilities],
        NotificationARNs: [],
        RollbackConfiguration: {},
        Changes: changeSet.changes.map((change) => ({
          Type: 'Resource',
          ResourceChange: input.IncludePropertyValues ? change : withoutValues(change),
        })),
      };
    },

    ExecuteChangeSet: (input, { principal }) => {
      const changeSet = store.findChangeSet(input.ChangeSetName, input.StackName);
      const stack = store.findStack(changeSet.stackId);
      if (changeSet.executionStatus !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
        );
      }
      if (stack.status !== 'REVIEW_IN_PROGRESS') checkUpdatable(stack);
      for (const other of store.changeSetsOf(stack)) {
        if (other !== changeSet) store.changeSets.delete(other.id);
      }
      changeSet.executionStatus = 'EXECUTE_COMPLETE';
      stack.changeSetId = changeSet.id;
      stack.caller = principal;
      stack.roleArn = changeSet.roleArn ?? stack.roleArn;
      const onFailure = input.DisableRollback ? 'DO_NOTHING' : (changeSet.onStackFailure ?? 'ROLLBACK');
      engine.deploy(stack, changeSet.goal, { onFailure, token: input.ClientRequestToken });
      return {};
    },

    DeleteChangeSet: (input) => {
      const changeSet = store.tryFindChangeSet(input.ChangeSetName as string, input.StackName);
      if (changeSet) store.changeSets.delete(changeSet.id);
      return {};
    },

    ListChangeSets: (input) => {
      const stack = store.findStack(input.StackName);
      return { Summaries: store.changeSetsOf(stack).map((changeSet) => summary(changeSet, stack)) };
    },
  };
}

function summary(changeSet: ChangeSet, stack: Stack) {
  return {
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    StackId: stack.id,
    StackName: stack.name,
    Description: changeSet.description,
    CreationTime: changeSet.created,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    ExecutionStatus: changeSet.executionStatus,
    IncludeNestedStacks: false,
  };
}

function withoutValues({
  BeforeContext,
  AfterContext,
  Details,
  ...change
}: sdk.ResourceChange): sdk.ResourceChange {
  return {
    ...change,
    Details: Details?.map((detail) => {
      const { Attribute, Name, RequiresRecreation } = detail.Target ?? {};
      return { ...detail, Target: { Attribute, Name, RequiresRecreation } };
    }),
  };
}
