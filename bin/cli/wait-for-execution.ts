import { setTimeout as sleep } from 'node:timers/promises';
import { type DescribeExecutionOutput, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { errorReason } from '../../lambda/domain/error-reason';
import type { Aws } from './aws';
import { CliError, ExitCode } from './cli-error';
import type { Output } from './output';
import type { Pipeline } from './pipeline';

const POLL_MILLISECONDS = 2_000;

/**
 * Waits for the end of a workflow and tells each state that it enters.
 *
 * @returns the execution's output
 * @throws CliError if it fails; with exit code 3 if it ends in a refusal, without an answer, or in a rollback, or is rolled back
 */
export async function waitForExecution(
  aws: Aws,
  pipeline: Pipeline,
  executionArn: string,
  output: Output,
): Promise<Record<string, unknown>> {
  let lastState: string | undefined;
  for (;;) {
    const execution = await pipeline.execution(executionArn);
    const { status, output: result } = execution;
    const state = await currentState(aws, executionArn);
    if (state && state !== lastState) output.progress(`  ${state}`);
    lastState = state;
    if (status === 'SUCCEEDED') return judged(JSON.parse(result ?? '{}') as Record<string, unknown>);
    if (status !== 'RUNNING') throw endOf(execution);
    await sleep(POLL_MILLISECONDS);
  }
}

/**
 * Waits until a release is planned, or waits for another one: what is wrong with a request for one is found by then.
 *
 * @throws CliError if it is refused
 */
export async function untilPlanned(aws: Aws, pipeline: Pipeline, executionArn: string): Promise<void> {
  for (;;) {
    const execution = await pipeline.execution(executionArn);
    if (execution.status === 'FAILED') throw endOf(execution);
    const state = await currentState(aws, executionArn);
    if (execution.status !== 'RUNNING' || (state && !PLANNING.includes(state))) return;
    await sleep(POLL_MILLISECONDS);
  }
}

/** States of a release before it changes anything. */
const PLANNING = ['PlanRelease', 'NotPlanned', 'RecordRefusal', 'Refused'];

function endOf({ status, error, cause }: DescribeExecutionOutput): CliError {
  return new CliError(
    `the workflow ended as ${status}: ${errorReason({ Error: error, Cause: cause })}`,
    // By which a person, or an alarm, ends a release.
    error === 'RolledBack' ? ExitCode.REFUSED : ExitCode.FAILURE,
  );
}

function judged(result: Record<string, unknown>): Record<string, unknown> {
  const { outcome, reasons } = result as { outcome?: string; reasons?: string[] };
  if (outcome !== undefined && NOT_RELEASED.includes(outcome)) {
    throw new CliError(`${outcome}: ${reasons?.join('; ')}`, ExitCode.REFUSED);
  }
  return result;
}

/** How workflows end that have come to their end without a release. */
const NOT_RELEASED = ['refused', 'rejected', 'expired', 'rolled-back'];

/** Name of the state that was entered last. */
export async function currentState(aws: Aws, executionArn: string): Promise<string | undefined> {
  const page = await aws.sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }),
  );
  return page.events?.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
}
