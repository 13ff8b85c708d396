import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Aws } from './aws';

/** Names of a workflow's executions that have not ended; none if the pipeline has no such workflow. */
export async function runningExecutions(
  { sfn }: Aws,
  stateMachineArn: string | undefined,
): Promise<string[]> {
  if (stateMachineArn === undefined) return [];
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  return executions.map(({ name }) => name ?? '');
}
