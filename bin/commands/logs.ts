import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { type FunctionConfiguration, type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Command } from 'commander';
import colors from 'picocolors';
import { positiveInteger, seconds } from '../cli/arguments';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';

interface LogsOptions {
  readonly function: string;
  readonly since: number;
  readonly limit: number;
  readonly all?: boolean;
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
    .option('--function <part>', 'only functions whose name contains this, for example Monitor', '')
    .option('--since <duration>', 'how far back, for example 30m, 6h or 2d', seconds, seconds('1d'))
    .option('--limit <lines>', 'how many lines', positiveInteger, 100)
    .option('--all', 'also the lines by which Lambda begins and ends an invocation')
    .action(async (options: LogsOptions, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const functions = await functionsOf(pipeline.name, options.function, aws.lambda);
      if (functions.length === 0)
        throw new CliError(`no function of ${pipeline.name} has "${options.function}" in its name`);
      const since = Date.now() - options.since * 1000;
      const lines = (await Promise.all(functions.map((each) => linesOf(each, since, aws.logs)))).flat();
      const latest = lines
        .filter(({ message }) => options.all || !isRoutine(message))
        .sort((a, b) => a.time.localeCompare(b.time))
        .slice(-options.limit);
      output.result(latest, () =>
        latest.length === 0
          ? 'nothing was logged'
          : latest
              .map((line) => `${colors.dim(line.time)} ${colors.cyan(line.function)} ${line.message}`)
              .join('\n'),
      );
    });
}

async function functionsOf(
  pipeline: string,
  part: string,
  client: LambdaClient,
): Promise<FunctionConfiguration[]> {
  const functions: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    functions.push(
      ...Functions.filter(
        ({ Environment, FunctionName }) =>
          Environment?.Variables?.PIPELINE_NAME === pipeline && FunctionName?.includes(part),
      ),
    );
  }
  return functions;
}

async function linesOf(
  { FunctionName = '', LoggingConfig }: FunctionConfiguration,
  startTime: number,
  client: CloudWatchLogsClient,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
      for (const { timestamp = 0, message = '' } of events) {
        lines.push({
          time: new Date(timestamp).toISOString(),
          function: FunctionName,
          message: message.trimEnd(),
        });
      }
    }
  } catch (error) {
    // A function that never ran has no log group yet.
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
  return lines;
}

function isRoutine(message: string): boolean {
  return (
    /^(INIT_START|START|END) /.test(message) || (/^REPORT /.test(message) && !/\tStatus: /.test(message))
  );
}
