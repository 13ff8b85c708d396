import { type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { beginningOfNames } from '../../lambda/domain/release/generated-names';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';

/** What of a pipeline writes logs. */
export const LOG_SOURCES = ['functions', 'jobs', 'endpoint'] as const;
export type LogSourceKind = (typeof LOG_SOURCES)[number];

/** Logs of functions that share a group, of one kind of jobs, or of the endpoint. */
export interface LogSource {
  readonly logGroupName: string;
  /** Only streams whose name begins so: the log groups of jobs are those of the account. */
  readonly logStreamNamePrefix?: string;
  /** What writes to a stream: a function, a job or the endpoint; undefined if it is none of those wanted. */
  readonly writerOf: (logStreamName: string) => string | undefined;
}

/**
 * Where the logs of a pipeline are.
 *
 * @param part only functions whose name contains this
 */
export async function logSources(
  aws: Aws,
  { name, resources }: Pipeline,
  kinds: readonly LogSourceKind[],
  part = '',
): Promise<LogSource[]> {
  const sources: LogSource[] = [];
  if (kinds.includes('functions')) sources.push(...(await functionsOf(name, part, aws.lambda)));
  if (kinds.includes('jobs')) {
    for (const jobs of ['TrainingJobs', 'TransformJobs', 'ProcessingJobs']) {
      sources.push({
        logGroupName: `/aws/sagemaker/${jobs}`,
        logStreamNamePrefix: `${beginningOfNames(name)}-`,
        writerOf: (stream) => stream,
      });
    }
  }
  const { endpoint } = resources;
  if (kinds.includes('endpoint') && endpoint !== undefined) {
    sources.push({ logGroupName: `/aws/sagemaker/Endpoints/${endpoint}`, writerOf: () => endpoint });
  }
  return sources;
}

async function functionsOf(pipeline: string, part: string, client: LambdaClient): Promise<LogSource[]> {
  const groups = new Map<string, string[]>();
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { Environment, FunctionName = '', LoggingConfig } of Functions) {
      if (Environment?.Variables?.PIPELINE_NAME !== pipeline || !FunctionName.includes(part)) continue;
      const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
      groups.set(logGroupName, [...(groups.get(logGroupName) ?? []), FunctionName]);
    }
  }
  return [...groups].map(([logGroupName, names]) => ({
    logGroupName,
    writerOf: (stream) => functionOf(stream, names),
  }));
}

/**
 * The function of a stream. Lambda names streams `<day>/[<version>]<id>` in a function's own group, and
 * `<day>/<function>[<version>][<id>]` in any other:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
function functionOf(stream: string, names: readonly string[]): string | undefined {
  return stream.includes('/[') ? names[0] : names.find((name) => stream.includes(`/${name}[`));
}
