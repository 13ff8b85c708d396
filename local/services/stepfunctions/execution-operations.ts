import type * as sdk from '@aws-sdk/client-sfn';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import type { Json } from './definition/definition';
import { EXECUTION_DATA } from './execution-log';
import type { Executions } from './executions';
import { LARGEST_PAYLOAD } from './interpreter/data-limit';
import { checkMachineKey } from './machine-encryption';
import type { MachineStore, StoredExecution } from './machine-store';
import { validateName } from './names';
import type { TaskTokens } from './task-tokens';

const PAGE = 100;

/** What one may do with executions and their tasks. */
export function executionOperations(
  cloud: Cloud,
  store: MachineStore,
  executions: Executions,
  tokens: TaskTokens,
) {
  return {
    StartExecution: async (input) => {
      const machine = store.activeMachine(input.stateMachineArn);
      await checkMachineKey(cloud, machine);
      const name = input.name === undefined ? cloud.uuid() : validateName(input.name);
      const text = validateInput(input.input ?? '{}');
      const arn = store.executionArn(machine, name);
      const existing = store.executions.get(arn);
      if (existing && (existing.status !== 'RUNNING' || existing.input !== text))
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      const { started } = existing ?? executions.start(machine, name, text, input.traceHeader);
      return { executionArn: arn, startDate: started };
    },

    DescribeExecution: (input) => {
      const execution = store.execution(input.executionArn);
      const { output, error, cause } = execution;
      return {
        ...listItem(execution),
        input: execution.input,
        inputDetails: { included: true },
        output,
        ...(output !== undefined && { outputDetails: { included: true } }),
        error,
        cause,
        traceHeader: execution.traceHeader,
        mapRunArn: execution.mapRun?.arn,
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: 'the local cloud does not implement RedriveExecution',
      };
    },

    StopExecution: async (input) => {
      const execution = store.execution(input.executionArn);
      await executions.stop(execution, input.error, input.cause);
      return { stopDate: store.executions.get(execution.arn)?.stopped ?? cloud.clock.date() };
    },

    ListExecutions: (input) => {
      const { mapRunArn, stateMachineArn } = input;
      if ((mapRunArn === undefined) === (stateMachineArn === undefined))
        throw new AwsError(
          'ValidationException',
          'Exactly one of stateMachineArn and mapRunArn must be specified',
        );
      const all =
        mapRunArn === undefined
          ? store.executionsOf(store.machine(stateMachineArn))
          : store.childExecutions(store.mapRun(mapRunArn).arn);
      const found = all.filter(
        ({ status }) => input.statusFilter === undefined || status === input.statusFilter,
      );
      const { page, nextToken } = paginate(found, input.maxResults || PAGE, input.nextToken);
      return {
        executions: page.map((execution) => ({
          ...listItem(execution),
          ...(mapRunArn !== undefined && { mapRunArn, itemCount: execution.mapRun?.itemCount }),
        })),
        nextToken,
      };
    },

    GetExecutionHistory: (input) => {
      const { arn } = store.execution(input.executionArn);
      const events = [...(store.histories.get(arn) ?? [])];
      if (input.reverseOrder) events.reverse();
      const { page, nextToken } = paginate(events, input.maxResults || PAGE, input.nextToken);
      return { events: input.includeExecutionData === false ? page.map(withoutData) : page, nextToken };
    },

    DescribeStateMachineForExecution: (input) => {
      const { machine, mapRun } = store.execution(input.executionArn);
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        definition: machine.definition,
        roleArn: machine.roleArn,
        updateDate: machine.updated,
        loggingConfiguration: machine.logging,
        tracingConfiguration: machine.tracing,
        revisionId: machine.revisionId,
        mapRunArn: mapRun?.arn,
        label: mapRun && store.mapRun(mapRun.arn).label,
      };
    },

    SendTaskSuccess: (input) => {
      tokens.succeed(input.taskToken as string, parseOutput(input.output as string));
      return {};
    },

    SendTaskFailure: (input) => {
      tokens.fail(input.taskToken as string, input.error, input.cause);
      return {};
    },

    SendTaskHeartbeat: (input) => {
      tokens.heartbeat(input.taskToken as string);
      return {};
    },
  } satisfies Operations<typeof sdk>;
}

function validateInput(text: string): string {
  const invalid = (why: string) =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  if (Buffer.byteLength(text) > LARGEST_PAYLOAD)
    throw invalid(`the input must not have more than ${LARGEST_PAYLOAD} bytes`);
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  return text;
}

function parseOutput(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}

function listItem({ arn, name, machine, status, started, stopped }: StoredExecution) {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: started,
    stopDate: stopped,
    redriveCount: 0,
  };
}

function withoutData(event: sdk.HistoryEvent): sdk.HistoryEvent {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) =>
      name.endsWith('EventDetails')
        ? [
            name,
            Object.fromEntries(
              Object.entries(value as object).filter(([key]) => !EXECUTION_DATA.includes(key)),
            ),
          ]
        : [name, value],
    ),
  ) as unknown as sdk.HistoryEvent;
}
