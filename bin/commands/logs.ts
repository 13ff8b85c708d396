import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type FunctionConfiguration, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Command } from 'commander';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';

interface LogsOptions {
  readonly function?: string;
  readonly limit: string;
}

interface LogLine {
  readonly time: string;
  readonly function: string;
  readonly message: string;
}

export function addLogsCommand(program: Command): void {
  program
    .command('logs')
    .description("the latest log lines of the pipeline's functions")
    .option('--function <part>', 'only functions whose name contains this, for example Monitor')
    .option('--limit <lines>', 'how many lines', '100')
    .action(async (options: LogsOptions, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const functions: FunctionConfiguration[] = [];
      for await (const page of paginateListFunctions({ client: aws.lambda }, {}))
        functions.push(...(page.Functions ?? []));
      const ours = functions.filter(
        ({ Environment, FunctionName }) =>
          Environment?.Variables?.PIPELINE_NAME === pipeline.name &&
          FunctionName?.includes(options.function ?? ''),
      );
      if (ours.length === 0)
        throw new CliError(`no function of ${pipeline.name} has "${options.function}" in its name`);
      const lines: LogLine[] = [];
      for (const { FunctionName, LoggingConfig } of ours) {
        const page = await aws.logs
          .send(
            new FilterLogEventsCommand({
              logGroupName: LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`,
            }),
          )
          .catch(nothingLogged);
        for (const { timestamp, message } of page.events ?? []) {
          lines.push({
            time: new Date(timestamp ?? 0).toISOString(),
            function: FunctionName ?? '',
            message: (message ?? '').trimEnd(),
          });
        }
      }
      const latest = lines.sort((a, b) => a.time.localeCompare(b.time)).slice(-Number(options.limit));
      output.result(latest, () =>
        latest.map((line) => `${line.time} ${line.function} ${line.message}`).join('\n'),
      );
    });
}

/** A function that never ran has no log group yet. */
function nothingLogged(error: Error): { events?: { timestamp?: number; message?: string }[] } {
  if (error.name === 'ResourceNotFoundException') return {};
  throw error;
}
