import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { errorReason } from '../../lambda/domain/records/error-reason';
import { contextOf } from '../cli/command-context';
import { colored, minute, table } from '../cli/output';
import { addReleasesShowCommand } from './releases-show';

const MOST_RELEASES = 20;

export function addReleasesCommand(program: Command): void {
  const listing = program
    .command('releases')
    .description('list the latest releases and how they ended')
    .action(async (_options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const page = await aws.sfn.send(
        new ListExecutionsCommand({
          stateMachineArn: pipeline.resources.releaseStateMachine,
          maxResults: MOST_RELEASES,
        }),
      );
      const releases = await Promise.all(
        (page.executions ?? []).map(async ({ executionArn, name, startDate, stopDate, status }) => {
          const { input, output: result, error, cause } = await pipeline.execution(executionArn ?? '');
          const { modelVersion, reason } = JSON.parse(input ?? '{}') as {
            modelVersion?: string;
            reason?: string;
          };
          const { outcome, reasons } = JSON.parse(result ?? '{}') as { outcome?: string; reasons?: string[] };
          return {
            name,
            modelVersion,
            reason,
            started: startDate,
            ended: stopDate,
            status,
            outcome,
            reasons: reasons ?? (error ? [errorReason({ Error: error, Cause: cause })] : undefined),
          };
        }),
      );
      output.result(releases, () =>
        releases.length === 0
          ? 'nothing has been released yet'
          : table(
              ['started (UTC)', 'ended', 'version', 'outcome', 'why'],
              releases.map(({ started, ended, modelVersion, status, outcome, reason, reasons }) => [
                minute(started),
                minute(ended),
                modelVersion ?? '',
                colored(outcome ?? status ?? ''),
                (outcome === 'released' ? reason : (reasons?.join('; ') ?? reason)) ?? '',
              ]),
            ),
      );
    });
  addReleasesShowCommand(listing);
}
