import type { Permission } from '../../gateway/service';
import type { MachineStore } from './machine-store';

/** What a call of Step Functions needs. */
export function statesPermissions(
  store: MachineStore,
  operation: string,
  input: Record<string, unknown>,
): Permission[] {
  const { name, stateMachineArn, executionArn, resourceArn, roleArn, tags } = input as Record<
    string,
    string | undefined
  >;
  const created = operation === 'CreateStateMachine' ? store.machineArn(name ?? '') : undefined;
  const resource = created ?? stateMachineArn ?? executionArn ?? resourceArn ?? '*';
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
