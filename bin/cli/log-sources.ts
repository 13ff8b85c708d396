import { type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { beginningOfNames } from '../../lambda/domain/release/generated-names';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';

/** What of a pipeline writes logs. */
export const LOG_SOURCES = ['functions', 'jobs', 'endpoint'] as const;
export type LogSourceKind = (typeof LOG_SOURCES)[number];

/** Logs of one function, of one kind of jobs, or of the endpoint. */
export interface LogSource {
  readonly kind: LogSourceKind;
  readonly name: string;
  readonly logGroupName: string;
  /** Only streams whose name begins so: the log groups of jobs are those of the account. */
  readonly logStreamNamePrefix?: string;
}

/** Where the logs of a pipeline are. */
export async function logSources(
  aws: Aws,
  { name, resources }: Pipeline,
  kinds: readonly LogSourceKind[],
): Promise<LogSource[]> {
  const sources: LogSource[] = [];
  if (kinds.includes('functions')) sources.push(...(await functionsOf(name, aws.lambda)));
  if (kinds.includes('jobs')) {
    for (const jobs of ['TrainingJobs', 'TransformJobs', 'ProcessingJobs']) {
      sources.push({
        kind: 'jobs',
        name: jobs,
        logGroupName: `/aws/sagemaker/${jobs}`,
        logStreamNamePrefix: `${beginningOfNames(name)}-`,
      });
    }
  }
  if (kinds.includes('endpoint') && resources.endpoint !== undefined) {
    const logGroupName = `/aws/sagemaker/Endpoints/${resources.endpoint}`;
    sources.push({ kind: 'endpoint', name: resources.endpoint, logGroupName });
  }
  return sources;
}

async function functionsOf(pipeline: string, client: LambdaClient): Promise<LogSource[]> {
  const functions: LogSource[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { Environment, FunctionName = '', LoggingConfig } of Functions) {
      if (Environment?.Variables?.PIPELINE_NAME !== pipeline) continue;
      const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
      functions.push({ kind: 'functions', name: FunctionName, logGroupName });
    }
  }
  return functions;
}
