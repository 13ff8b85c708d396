import {
  type CloudWatchLogsClient,
  type FilterLogEventsRequest,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Command, Option } from 'commander';
import colors from 'picocolors';
import { positiveInteger, seconds } from '../cli/arguments';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { isRoutine, readableLine } from '../cli/log-line';
import { LOG_SOURCES, type LogSource, type LogSourceKind, logSources } from '../cli/log-sources';

interface LogsOptions {
  readonly source: LogSourceKind[];
  readonly function: string;
  readonly since: number;
  readonly limit: number;
  readonly execution?: string;
  readonly all?: boolean;
}

interface LogLine {
  readonly time: string;
  /** The function, the job's log stream, or the endpoint. */
  readonly source: string;
  readonly message: string;
}

export function addLogsCommand(program: Command): void {
  program
    .command('logs')
    .description("the latest log lines of the pipeline's functions, jobs and endpoint")
    .addOption(
      new Option('--source <kind...>', 'only these').choices(LOG_SOURCES).default([...LOG_SOURCES], 'all'),
    )
    .option('--function <part>', 'only functions whose name contains this, for example Monitor')
    .option('--execution <name>', 'only functions that this execution invoked: its name, ARN or release ID')
    .option('--since <duration>', 'how far back, for example 30m, 6h or 2d', seconds, seconds('1d'))
    .option('--limit <lines>', 'how many lines', positiveInteger, 100)
    .option('--all', 'also show the lines that Lambda writes when an invocation starts and ends')
    .action(async (options: LogsOptions, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const ofFunctions = options.function !== undefined || options.execution !== undefined;
      const kinds: readonly LogSourceKind[] = ofFunctions ? ['functions'] : options.source;
      const sources = await logSources(aws, pipeline, kinds, options.function);
      if (sources.length === 0)
        throw new CliError(`no function of ${pipeline.name} has "${options.function}" in its name`);
      const filterPattern = options.execution && patternOf(options.execution);
      const request = { startTime: Date.now() - options.since * 1000, filterPattern };
      const lines = (await Promise.all(sources.map((each) => linesOf(each, request, aws.logs)))).flat();
      const latest = lines
        .filter(({ message }) => options.all || !isRoutine(message))
        .sort((a, b) => a.time.localeCompare(b.time))
        .slice(-options.limit);
      output.result(latest, () =>
        latest.length === 0
          ? 'nothing was logged'
          : latest
              .map(
                (line) =>
                  `${colors.dim(line.time)} ${colors.cyan(line.source)} ${readableLine(line.message)}`,
              )
              .join('\n'),
      );
    });
}

async function linesOf(
  { logGroupName, logStreamNamePrefix, writerOf }: LogSource,
  filter: Pick<FilterLogEventsRequest, 'startTime' | 'filterPattern'>,
  client: CloudWatchLogsClient,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const request = { logGroupName, logStreamNamePrefix, ...filter };
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, request)) {
      for (const { timestamp = 0, message = '', logStreamName = '' } of events) {
        const source = writerOf(logStreamName);
        if (source === undefined) continue;
        lines.push({ time: new Date(timestamp).toISOString(), source, message: message.trimEnd() });
      }
    }
  } catch (error) {
    // What never ran has no log group yet.
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
  }
  return lines;
}

/**
 * Lines of functions that the execution invoked, or that were about its release: a release has its
 * execution's name.
 */
function patternOf(execution: string): string {
  const name = execution.split(':').at(-1);
  return `{ $.executionId = "*:${name}" || $.releaseId = "${name}" }`;
}
