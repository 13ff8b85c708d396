import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import type { Rollback } from '../../lambda/roll-back/roll-back';
import { modelVersion, versionToRelease } from '../cli/arguments';
import { type CommandContext, contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import type { Pipeline } from '../cli/pipeline';
import { waitForChampion } from '../cli/wait-for-champion';
import { untilPlanned, waitForExecution } from '../cli/wait-for-execution';

interface ReleaseOptions {
  readonly reason: string;
  readonly wait?: boolean;
  readonly allowSchemaChange?: boolean;
  readonly waitForOthers?: boolean;
}

export function addReleaseCommands(program: Command): void {
  program
    .command('release')
    .description('release a registered version, with the same checks as any other')
    .argument(
      '<version>',
      'model version, for example 1.2.0; or production: the version in production, with the current hosting settings',
      versionToRelease,
    )
    .option('--reason <text>', 'why, for the ledger', 'requested by a person')
    .option(
      '--allow-schema-change',
      'release it even if it expects other features than the version in production',
    )
    .option('--wait-for-others', 'wait for the release in progress instead of failing')
    .option('--wait', 'wait for the end; exit code 3 if it is rolled back')
    .action(async (version: string, options: ReleaseOptions, command: Command) => {
      const context = contextOf(command);
      await release(context, await context.pipeline(), version, options);
    });

  program
    .command('rollback')
    .description(
      'roll back the release in progress; otherwise release the previous version, or the specified one',
    )
    .option('--to <version>', 'model version to roll back to', modelVersion)
    .option('--reason <text>', 'why, for the ledger', 'rolled back by a person')
    .option('--wait', 'wait for the end, not only until the version in production has its traffic back')
    .action(async (options: ReleaseOptions & { to?: string }, command: Command) => {
      const context = contextOf(command);
      const pipeline = await context.pipeline();
      const { to, reason, wait } = options;
      const answer = await invokeFunction<Rollback>(context.aws, pipeline.resources.rollbackFunction, {
        to,
        reason,
      });
      if (answer.action === 'undo') {
        await untilUndone(context, pipeline, answer, wait ? 'alone' : 'traffic');
      } else if (wait && answer.action === 'release') {
        await untilReleased(context, pipeline, answer);
      } else {
        if (answer.action === 'release') await untilPlanned(context.aws, pipeline, answer.executionArn);
        context.output.result(answer, () => inWords(answer));
      }
    });
}

function inWords(rollback: Rollback): string {
  switch (rollback.action) {
    case 'undo':
      return `release of ${rollback.modelVersion} is being rolled back`;
    case 'release':
      return `release of ${rollback.modelVersion} started: ${rollback.executionArn}`;
    case 'none':
      return rollback.reason;
  }
}

/** Starts the release of a version, and waits for its end if that is asked for. */
export async function release(
  context: CommandContext,
  pipeline: Pipeline,
  version: string,
  { reason, wait, allowSchemaChange, waitForOthers }: ReleaseOptions,
): Promise<void> {
  const { aws, output } = context;
  const { executionArn = '' } = await aws.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: pipeline.resources.releaseStateMachine,
      input: JSON.stringify({ modelVersion: version, reason, allowSchemaChange, waitForOthers }),
    }),
  );
  if (!wait) {
    await untilPlanned(aws, pipeline, executionArn);
    output.result(
      { executionArn, modelVersion: version },
      () => `release of ${version} started: ${executionArn}`,
    );
    return;
  }
  await untilReleased(context, pipeline, { executionArn, modelVersion: version });
}

async function untilReleased(
  { aws, output }: CommandContext,
  pipeline: Pipeline,
  { executionArn, modelVersion }: { readonly executionArn: string; readonly modelVersion: string },
): Promise<void> {
  const result = await waitForExecution(aws, pipeline, executionArn, output);
  output.result(result, () => `version ${modelVersion} is in production`);
}

/** Waits until the champion has its traffic back, and perhaps until nothing of the challenger is left. */
async function untilUndone(
  { aws, output }: CommandContext,
  pipeline: Pipeline,
  { releaseId, modelVersion }: Extract<Rollback, { action: 'undo' }>,
  until: 'traffic' | 'alone',
): Promise<void> {
  const { production } = await waitForChampion(aws, pipeline, releaseId, until);
  const what = until === 'alone' ? 'was rolled back' : 'is being rolled back';
  output.result({ releaseId, modelVersion, production }, () =>
    production
      ? `release of ${modelVersion} ${what}; version ${production.modelVersion} is in production${until === 'alone' ? '' : ', with all the traffic'}`
      : `release of ${modelVersion} ${what}; nothing is in production`,
  );
}
