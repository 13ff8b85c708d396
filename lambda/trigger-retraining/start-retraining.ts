import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { EventBus } from '../aws/event-bus';
import { startOnce } from '../aws/start-once';
import {
  isAbandoned,
  isAnswered,
  latestStart,
  limitReached,
  type RetrainingLimits,
  type RetrainingQueue,
  type RetrainingRequest,
  type RetrainingStart,
  withConfirmed,
  withPending,
  withStart,
} from '../domain/records/retraining-queue';
import type { Causes } from './causes';
import type { QueueStore, ReadQueue } from './queue-store';
import { type Call, DATA_SOURCE } from './retraining-request';

export interface StartProps {
  readonly stepFunctions: SFNClient;
  readonly stateMachineArn: string;
  readonly limits: RetrainingLimits;
  readonly queue: QueueStore;
  readonly causes: Causes;
  readonly eventBus: EventBus;
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
 * Starts a retraining unless one is running, started a short while ago, or the week's budget is spent; then
 * the request is kept, and listed with the next retraining. However many ask at the same time, the queue in
 * the bucket lets one of them. The start is noted before it is made, under the name that it will have: if
 * whoever notes it dies, the next call makes it.
 */
export async function startRetraining(call: Call, props: StartProps): Promise<StartResult> {
  for (;;) {
    const read = await props.queue.read();
    const latest = latestStart(read.queue);
    if (latest && isAbandoned(latest, props.now())) {
      await run(latest, props);
      continue;
    }
    const result = await answer(call, read, props);
    // If somebody else was quicker, this one reads what they wrote.
    if (result !== CHANGED) return result;
  }
}

/** The queue was changed by somebody else meanwhile. */
const CHANGED = Symbol();

async function answer(call: Call, read: ReadQueue, props: StartProps): Promise<StartResult | typeof CHANGED> {
  const { queue } = read;
  const { request } = call;
  if (request && !call.byPerson && isAnswered(queue, request)) {
    return { started: false, why: `${latestStart(queue)?.name} answers it` };
  }
  const obstacle = await obstacleFor(call, queue, props);
  if (obstacle !== undefined) {
    if (!request || call.byPerson) return { started: false, why: obstacle };
    const next = withPending(queue, request);
    if (next !== queue && !(await props.queue.write(next, read))) return CHANGED;
    return { started: false, why: `${obstacle}; the request is kept for the next one` };
  }
  const causes = await causesOf(call, queue, props);
  const [first, ...others] = causes.requests;
  if (!first) {
    if (queue.pending.length > 0 && !(await props.queue.write({ ...queue, pending: [] }, read)))
      return CHANGED;
    return { started: false, why: causes.otherwise };
  }
  const next = withStart(queue, [first, ...others], props.now(), request && call.hyperparameters);
  if (!(await props.queue.write(next.queue, read))) return CHANGED;
  return run(next.start, props);
}

/** Why no retraining can start now. */
async function obstacleFor(
  call: Call,
  queue: RetrainingQueue,
  props: StartProps,
): Promise<string | undefined> {
  const latest = latestStart(queue);
  const status = latest && (await statusOf(latest, props));
  const busy = await underWay(latest, status, props);
  if (busy !== undefined) return `${busy}; a retraining starts when it has ended`;
  if (call.request && call.force) return undefined;
  // The cool-down keeps events from starting a storm of trainings. A person who has mended what failed need
  // not wait.
  const isMended = call.request && call.byPerson && status !== undefined && FAILED.includes(status);
  const limits = isMended ? { ...props.limits, cooldownMinutes: 0 } : props.limits;
  const limit = limitReached(queue, limits, props.now());
  return limit && `${limit}; a person can skip it with force (model-pipeline retrain --force)`;
}

/** How executions end that have trained nothing to be compared. */
const FAILED: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];

async function underWay(
  latest: RetrainingStart | undefined,
  status: ExecutionStatus | undefined,
  { stepFunctions, stateMachineArn }: StartProps,
): Promise<string | undefined> {
  if (latest && !latest.confirmed) return `${latest.name} is being started`;
  // Lists of executions lag behind; a single one's description hardly does.
  if (latest && status === 'RUNNING') return `${latest.name} is running`;
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
  );
  return executions[0] && `${executions[0].name} is running`;
}

/** Undefined if there is no such execution any more, or not yet. */
async function statusOf(start: RetrainingStart, props: StartProps): Promise<ExecutionStatus | undefined> {
  try {
    const { status } = await props.stepFunctions.send(
      new DescribeExecutionCommand({ executionArn: executionArnOf(start, props) }),
    );
    return status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** What a retraining would be for: the request and those that had to wait. */
async function causesOf(
  call: Call,
  queue: RetrainingQueue,
  { causes, now }: StartProps,
): Promise<{ readonly requests: readonly RetrainingRequest[]; readonly otherwise: string }> {
  const { request } = call;
  const { data: watched } = causes;
  if (request && request.source !== DATA_SOURCE) {
    return { requests: [request, ...queue.pending], otherwise: '' };
  }
  const pending = await causes.thatHold(queue.pending);
  if (!watched) return { requests: pending, otherwise: 'nothing requests a retraining' };
  const data = await causes.newData(watched, queue, now());
  const fresh: RetrainingRequest = {
    trigger: 'data',
    source: DATA_SOURCE,
    reason: data.words,
    time: request?.time ?? now().toISOString(),
  };
  return {
    requests: data.isEnough ? [fresh, ...pending] : pending,
    otherwise: `${data.words}: not enough for a retraining`,
  };
}

/** Runs the workflow of a start that is noted. Again, it changes nothing. */
async function run(start: RetrainingStart, props: StartProps): Promise<StartResult> {
  const { stepFunctions, stateMachineArn, eventBus } = props;
  const { name, requests, hyperparameters } = start;
  const { trigger = 'manual' } = requests[0] ?? {};
  const reasons = requests.map((request) => request.reason);
  const why = reasons.join('; ');
  const input = JSON.stringify({ trigger, reason: why, hyperparameters });
  await startOnce(stepFunctions, { stateMachineArn, name, input });
  const executionArn = executionArnOf(start, props);
  const detail = { trigger, reasons, execution: executionArn };
  await eventBus.tryPublish({ type: 'RetrainingStarted', detail }, new Date(start.time));
  await confirm(name, props.queue);
  return { started: true, executionArn, why };
}

async function confirm(name: string, store: QueueStore): Promise<void> {
  for (;;) {
    const read = await store.read();
    if (await store.write(withConfirmed(read.queue, name), read)) return;
  }
}

function executionArnOf({ name }: RetrainingStart, { stateMachineArn }: StartProps): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
