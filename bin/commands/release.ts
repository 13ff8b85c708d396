import { setTimeout as sleep } from 'node:timers/promises';
import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { productionAt } from '../../lambda/domain/ledger';
import type { CandidateRoute } from '../../lambda/domain/routing';
import { CliError } from '../cli/cli-error';
import { type CommandContext, contextOf } from '../cli/command-context';
import type { Pipeline } from '../cli/pipeline';
import { waitForExecution } from '../cli/wait-for-execution';

const POLL_MILLISECONDS = 1_000;

interface ReleaseOptions {
  readonly reason: string;
  readonly wait?: boolean;
}

export function addReleaseCommands(program: Command): void {
  program
    .command('release')
    .description('release a registered version, with the same checks as any other')
    .argument('<version>', 'model version, for example 1.2.0')
    .option('--reason <text>', 'why, for the ledger', 'asked for by a person')
    .option('--wait', 'wait for the end; exit code 3 if it is rolled back')
    .action(async (version: string, options: ReleaseOptions, command: Command) => {
      const context = contextOf(command);
      await release(context, await context.pipeline(), version, options);
    });

  program
    .command('rollback')
    .description(
      'undo the release that is under way; else release the version that was in production before, or the one given',
    )
    .option('--to <version>', 'model version to go back to')
    .option('--reason <text>', 'why, for the ledger', 'rolled back by a person')
    .option('--wait', 'wait for the end')
    .action(async (options: ReleaseOptions & { to?: string }, command: Command) => {
      const context = contextOf(command);
      const pipeline = await context.pipeline();
      const { candidate } = await pipeline.routing();
      if (candidate && options.to === undefined) {
        await undo(context, pipeline, candidate, options);
      } else {
        await release(context, pipeline, options.to ?? (await versionBefore(pipeline)), options);
      }
    });
}

async function release(
  { aws, output }: CommandContext,
  pipeline: Pipeline,
  modelVersion: string,
  { reason, wait }: ReleaseOptions,
): Promise<void> {
  const { executionArn } = await aws.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: pipeline.resources.releaseStateMachine,
      input: JSON.stringify({ modelVersion, reason }),
    }),
  );
  if (!wait) {
    output.result(
      { executionArn, modelVersion },
      () => `release of ${modelVersion} started: ${executionArn}`,
    );
    return;
  }
  const result = await waitForExecution(aws, pipeline, executionArn ?? '', output);
  output.result(result, () => `version ${modelVersion} is in production`);
}

/** Stops a release; then the champion gets its traffic back, which takes one weight update while both versions are up. */
async function undo(
  { aws, output }: CommandContext,
  pipeline: Pipeline,
  { releaseId, modelVersion }: CandidateRoute,
  { reason, wait }: ReleaseOptions,
): Promise<void> {
  const executionArn = pipeline.resources.releaseStateMachine
    .replace(':stateMachine:', ':execution:')
    .concat(`:${releaseId}`);
  await aws.sfn.send(new StopExecutionCommand({ executionArn, error: 'RolledBack', cause: reason }));
  if (!wait) {
    output.result({ releaseId, modelVersion }, () => `release of ${modelVersion} is being undone`);
    return;
  }
  let live = await pipeline.routing();
  for (; live.candidate?.releaseId === releaseId; live = await pipeline.routing())
    await sleep(POLL_MILLISECONDS);
  const { production } = live;
  output.result({ releaseId, modelVersion, production }, () =>
    production
      ? `release of ${modelVersion} was undone; version ${production.modelVersion} is in production`
      : `release of ${modelVersion} was undone; nothing is in production`,
  );
}

async function versionBefore(pipeline: Pipeline): Promise<string> {
  const { production } = await pipeline.routing();
  if (!production) throw new CliError('nothing is in production, so there is nothing to roll back');
  const justBefore = new Date(Date.parse(production.since) - 1).toISOString();
  const before = productionAt(await pipeline.ledger(), justBefore);
  if (!before) {
    throw new CliError(
      `${production.modelVersion} is the first version in production; name another one with --to`,
    );
  }
  return before.modelVersion;
}
