import type { Permission } from '../../gateway/service';
import type { MachineStore } from './machine-store';
import type { TaskTokens } from './task-tokens';

/** What a call of Step Functions needs. */
export function statesPermissions(
  store: MachineStore,
  tokens: TaskTokens,
  operation: string,
  input: Record<string, unknown>,
): Permission[] {
  const { name, stateMachineArn, executionArn, resourceArn, mapRunArn, roleArn, tags, taskToken } =
    input as Record<string, string | undefined>;
  const created = operation === 'CreateStateMachine' ? store.machineArn(name ?? '') : undefined;
  const ofToken = taskToken === undefined ? undefined : tokens.machineOf(taskToken);
  const resource = created ?? stateMachineArn ?? executionArn ?? mapRunArn ?? resourceArn ?? ofToken ?? '*';
  const needed: Permission[] = [{ action: `states:${operation}`, resource }];
  if (created && tags?.length) needed.push({ action: 'states:TagResource', resource });
  if (roleArn !== undefined) {
    needed.push({
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'states.amazonaws.com' },
    });
  }
  return needed;
}
