import type {
  ExecutionListItem,
  GetExecutionHistoryCommandOutput,
  HistoryEvent,
  ListExecutionsCommandOutput,
  ListStateMachinesCommandOutput,
  StateMachineListItem,
} from '@aws-sdk/client-sfn';
import type { CloudReader } from '../cloud-reader';

/** An execution, and where a running one is. */
export interface ExecutionSummary extends ExecutionListItem {
  readonly currentState?: string;
}

/** The latest executions of all state machines, the newest first. */
export async function latestExecutions(reader: CloudReader, limit: number): Promise<ExecutionSummary[]> {
  if (!reader.has('states')) return [];
  const machines = await reader.list<ListStateMachinesCommandOutput, StateMachineListItem>(
    'states',
    'ListStateMachines',
    {},
    ({ stateMachines }) => stateMachines,
  );
  const lists = await Promise.all(
    machines.map(({ stateMachineArn }) =>
      reader.find<ListExecutionsCommandOutput>('states', 'ListExecutions', {
        stateMachineArn,
        maxResults: limit,
      }),
    ),
  );
  const executions = lists
    .flatMap((list) => list?.executions ?? [])
    .sort((a, b) => startOf(b) - startOf(a))
    .slice(0, limit);
  return Promise.all(
    executions.map(async (execution) => ({
      ...execution,
      currentState: execution.status === 'RUNNING' ? await currentState(reader, execution) : undefined,
    })),
  );
}

/** All events of an execution, the oldest first. */
export function executionHistory(reader: CloudReader, executionArn: string): Promise<HistoryEvent[]> {
  return reader.list<GetExecutionHistoryCommandOutput, HistoryEvent>(
    'states',
    'GetExecutionHistory',
    { executionArn, maxResults: 1000, includeExecutionData: true },
    ({ events }) => events,
    25_000,
  );
}

async function currentState(
  reader: CloudReader,
  { executionArn }: ExecutionListItem,
): Promise<string | undefined> {
  const history = await reader.find<GetExecutionHistoryCommandOutput>('states', 'GetExecutionHistory', {
    executionArn,
    reverseOrder: true,
    maxResults: 50,
  });
  return history?.events?.find(({ type }) => type?.endsWith('StateEntered'))?.stateEnteredEventDetails?.name;
}

function startOf({ startDate }: ExecutionListItem): number {
  return startDate?.getTime() ?? 0;
}
