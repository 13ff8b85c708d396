import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Aws } from './aws';

/** Names of a workflow's executions that have not ended. */
export async function runningExecutions({ sfn }: Aws, stateMachineArn: string): Promise<string[]> {
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  return executions.map(({ name }) => name ?? '');
}
