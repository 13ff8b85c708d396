import {
  ExecutionAlreadyExists,
  type ExecutionListItem,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RetrainingRequest } from './retraining-request';

export interface StartProps {
  readonly stepFunctions: SFNClient;
  readonly stateMachineArn: string;
  /** Time after the start of a retraining in which no other one starts. */
  readonly cooldownMinutes: number;
  readonly now: () => Date;
}

/** What became of a request. */
export interface StartResult {
  readonly started: boolean;
  readonly executionArn?: string;
  /** Why it was started, or why not and what to do. */
  readonly why: string;
}

/**
 * Starts a retraining unless one is running or started a short while ago. The execution's name comes from the request's
 * time, so that one event starts one retraining however often it is delivered.
 */
export async function startRetraining(request: RetrainingRequest, props: StartProps): Promise<StartResult> {
  const { stepFunctions, stateMachineArn } = props;
  const name = executionName(request);
  const refusal = (await alreadyRunning(props)) ?? (request.force ? undefined : await coolingDown(props));
  if (refusal) return { started: false, why: refusal };
  const { trigger, reason, hyperparameters } = request;
  try {
    const { executionArn } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn,
        name,
        input: JSON.stringify({ trigger, reason, hyperparameters }),
      }),
    );
    return { started: true, executionArn, why: reason };
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    return { started: false, why: `${name} was started already; ask again in a minute` };
  }
}

/** `<trigger>-<yyyymmdd>T<hhmm>`: one start a minute and trigger. */
function executionName({ trigger, time }: RetrainingRequest): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  return `${trigger}-${date.replaceAll('-', '')}T${clock.slice(0, 5).replace(':', '')}`;
}

async function alreadyRunning(props: StartProps): Promise<string | undefined> {
  const running = await newestExecution(props, 'RUNNING');
  return running && `${running.name} is running; a retraining starts when it has ended`;
}

async function coolingDown(props: StartProps): Promise<string | undefined> {
  const { cooldownMinutes, now } = props;
  const last = await newestExecution(props);
  if (!last?.startDate) return undefined;
  const minutes = Math.floor((now().getTime() - last.startDate.getTime()) / 60_000);
  if (minutes >= cooldownMinutes) return undefined;
  return `${last.name} started ${minutes} minutes ago and the cool-down is ${cooldownMinutes} minutes; a person can skip it: model-pipeline retrain --force`;
}

async function newestExecution(
  { stepFunctions, stateMachineArn }: StartProps,
  statusFilter?: 'RUNNING',
): Promise<ExecutionListItem | undefined> {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1 }),
  );
  return executions[0];
}
