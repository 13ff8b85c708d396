import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import type { Aws } from './aws';

/** Where a workflow failed. */
export interface FailurePlace {
  readonly state: string;
  /** Name of the SageMaker job that the state ran; undefined if it ran none. */
  readonly job?: string;
  /** Name of the function that the state invoked; undefined if it invoked none. */
  readonly function?: string;
  /** Where the logs of the job or the function are. */
  readonly logGroup?: string;
}

/** Events that are read, from the end: a failure is followed by those that record it. */
const EVENTS = 200;

/**
 * The state in which an execution failed first, among its last events; undefined if none of its tasks failed.
 */
export async function failurePlace(
  { sfn, lambda }: Pick<Aws, 'sfn' | 'lambda'>,
  executionArn: string,
): Promise<FailurePlace | undefined> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: EVENTS }),
  );
  const byId = new Map(events.map((event) => [event.id, event]));
  const before = ({ previousEventId }: HistoryEvent) => byId.get(previousEventId ?? 0);
  // What only records the failure succeeds: the last task that failed is the cause.
  const failed = events.find(({ type }) => type === 'TaskFailed' || type === 'TaskTimedOut');
  let [state, scheduled]: [string | undefined, HistoryEvent | undefined] = [undefined, undefined];
  for (let event = failed; event && state === undefined; event = before(event)) {
    scheduled ??= event.taskScheduledEventDetails ? event : undefined;
    state = event.stateEnteredEventDetails?.name;
  }
  return state === undefined ? undefined : { state, ...(await whatRan(scheduled, lambda)) };
}

async function whatRan(
  event: HistoryEvent | undefined,
  lambda: LambdaClient,
): Promise<Omit<FailurePlace, 'state'>> {
  const { resource = '', parameters = '{}' } = event?.taskScheduledEventDetails ?? {};
  const given = JSON.parse(parameters) as Readonly<Record<string, unknown>>;
  const kind = JOBS.find(({ call }) => resource.startsWith(call));
  if (kind) return { job: String(given[kind.name]), logGroup: `/aws/sagemaker/${kind.logs}` };
  const { FunctionName } = given;
  if (typeof FunctionName !== 'string') return {};
  // Whoever may not read it gets the function's name all the same.
  const configuration = await lambda
    .send(new GetFunctionConfigurationCommand({ FunctionName }))
    .catch(() => undefined);
  return {
    function: FunctionName.split(':').at(FunctionName.includes(':') ? 6 : 0),
    logGroup: configuration?.LoggingConfig?.LogGroup,
  };
}

const JOBS = [
  { call: 'createTrainingJob', name: 'TrainingJobName', logs: 'TrainingJobs' },
  { call: 'createTransformJob', name: 'TransformJobName', logs: 'TransformJobs' },
  { call: 'createProcessingJob', name: 'ProcessingJobName', logs: 'ProcessingJobs' },
];

/** In words, to follow the error. */
export function placeInWords({ state, job, function: name, logGroup }: FailurePlace): string {
  const ran = job ? `, in the job ${job}` : name ? `, in the function ${name}` : '';
  return `it failed in the state ${state}${ran}${logGroup === undefined ? '' : `; logs: ${logGroup}`}`;
}
