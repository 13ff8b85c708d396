import { setTimeout as sleep } from 'node:timers/promises';
import { type DescribeExecutionOutput, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { errorReason } from '../../lambda/domain/records/error-reason';
import type { Aws } from './aws';
import { CliError, ExitCode } from './cli-error';
import { enteredStatesOf } from './entered-states';
import { failurePlace, placeInWords } from './failure-place';
import type { Output } from './output';
import type { Pipeline } from './pipeline';
import { releaseProgress } from './release-progress';

const POLL_MILLISECONDS = 2_000;

/**
 * Waits for the end of a workflow. Reports each state that it enters and each share of the traffic that a
 * release gives, with the time and how long it has taken so far.
 *
 * @returns the execution's output
 * @throws CliError if it fails; with exit code 3 if it ends in a refusal, without an answer, or in a
 * rollback, or is rolled back
 */
export async function waitForExecution(
  aws: Aws,
  pipeline: Pipeline,
  executionArn: string,
  output: Output,
): Promise<Record<string, unknown>> {
  const enteredStates = enteredStatesOf(aws, executionArn);
  const reported = new Set<string>();
  const report = (line: string | undefined, at: Date, started: Date) => {
    // A loop enters its states again and again.
    if (line === undefined || reported.has(line)) return;
    reported.add(line);
    output.progress(
      `  ${at.toISOString().slice(11, 19)} +${elapsed(at.getTime() - started.getTime())}  ${line}`,
    );
  };
  let newest: Date | undefined;
  return goesOnAfterInterrupt(executionArn, async () => {
    for (;;) {
      const execution = await pipeline.execution(executionArn);
      const { status, output: result, startDate: started = new Date() } = execution;
      const entered = await enteredStates();
      for (const { name, at } of entered) report(name, at, started);
      const progress = await pipeline.routing().then(releaseProgress, () => undefined);
      newest = entered.at(-1)?.at ?? newest ?? started;
      report(progress, newest, started);
      if (status === 'SUCCEEDED') return judged(JSON.parse(result ?? '{}') as Record<string, unknown>);
      if (status !== 'RUNNING') throw await endOf(aws, execution);
      await sleep(POLL_MILLISECONDS);
    }
  });
}

/** Reports to whoever stops waiting that the workflow continues. */
async function goesOnAfterInterrupt<T>(executionArn: string, wait: () => Promise<T>): Promise<T> {
  const interrupted = () => {
    process.stderr.write(
      `\nThe workflow continues: ${executionArn}\nTo follow it: model-pipeline status, or model-pipeline history. To end a release: model-pipeline rollback\n`,
    );
    process.exit(ExitCode.INTERRUPTED);
  };
  process.once('SIGINT', interrupted);
  try {
    return await wait();
  } finally {
    process.off('SIGINT', interrupted);
  }
}

/** `42s`, `3m05s` or `1h02m`. */
function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}m${two(seconds % 60)}s`
    : `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}

/**
 * Waits until a release is planned, or waits for another one: what is wrong with a request for one is found
 * by then.
 *
 * @throws CliError if it is refused
 */
export async function untilPlanned(aws: Aws, pipeline: Pipeline, executionArn: string): Promise<void> {
  for (;;) {
    const execution = await pipeline.execution(executionArn);
    if (execution.status === 'FAILED') throw await endOf(aws, execution);
    const state = await currentState(aws, executionArn);
    if (execution.status !== 'RUNNING' || (state && !PLANNING.includes(state))) return;
    await sleep(POLL_MILLISECONDS);
  }
}

/** States of a release before it changes anything. */
const PLANNING = ['PlanRelease', 'NotPlanned', 'RecordRefusal', 'Refused'];

async function endOf(
  aws: Aws,
  { executionArn = '', status, error, cause }: DescribeExecutionOutput,
): Promise<CliError> {
  const place = await failurePlace(aws, executionArn).catch(() => undefined);
  const why = errorReason({ Error: error, Cause: cause });
  return new CliError(
    `the workflow ended as ${status}: ${why}${place ? `; ${placeInWords(place)}` : ''}`,
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
const NOT_RELEASED = ['refused', 'rejected', 'expired', 'rolled-back', 'release-failed'];

/** Name of the state that was entered last. */
export async function currentState(aws: Aws, executionArn: string): Promise<string | undefined> {
  const page = await aws.sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }),
  );
  return page.events?.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
}
