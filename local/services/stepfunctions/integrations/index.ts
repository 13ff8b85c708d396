import { isObject, type Json, type JsonObject } from '../definition/definition';
import type { IntegrationResource, TaskPattern, TaskResource } from '../definition/task-resource';
import type { Engine } from '../interpreter/engine';
import { Aborted, StateError } from '../interpreter/state-error';
import type { Waiting } from '../interpreter/waiting';
import type { PendingTask } from '../task-tokens';
import { emrServerlessStartJobRun } from './emr-serverless';
import { callFunction, lambdaInvoke } from './lambda-function';
import { eventsPutEvents, snsPublish, sqsSendMessage } from './messaging';
import type { Job, JobBegun, OptimizedAction } from './optimized-integration';
import { sagemakerActions } from './sagemaker';
import { callSdk } from './sdk-integration';
import { sdkInput } from './service-call';
import { statesStartExecution } from './start-execution';

const OPTIMIZED: Readonly<Record<string, Readonly<Record<string, OptimizedAction>>>> = {
  lambda: { invoke: lambdaInvoke },
  sns: { publish: snsPublish },
  sqs: { sendMessage: sqsSendMessage },
  events: { putEvents: eventsPutEvents },
  states: { startExecution: statesStartExecution },
  sagemaker: sagemakerActions,
  'emr-serverless': { startJobRun: emrServerlessStartJobRun },
};

/** Undefined for actions that are not implemented. */
export function optimizedAction({ service, action }: IntegrationResource): OptimizedAction | undefined {
  return OPTIMIZED[service]?.[action];
}

/** The patterns that a resource can be used with. */
export function patternsOf(resource: IntegrationResource): readonly TaskPattern[] {
  return resource.kind === 'sdk'
    ? ['request', 'waitForTaskToken']
    : (optimizedAction(resource)?.patterns ?? []);
}

export interface TaskRun {
  /** The arguments. */
  readonly input: Json;
  readonly waiting: Waiting;
  /** For tasks that wait for a call with their token. */
  readonly pending?: PendingTask | undefined;
  /** Called when a task has begun something that it waits for. */
  submitted(output: Json): void;
}

/**
 * Does a task.
 *
 * @throws StateError, or the reason of an abort
 */
export async function runTask(engine: Engine, resource: TaskResource, run: TaskRun): Promise<Json> {
  if (resource.kind === 'function') return callFunction(engine, resource.arn, run.input, run.waiting);
  if (resource.kind === 'sdk') return answered(run, await callSdk(engine, resource, run.input, run.waiting));
  const action = optimizedAction(resource);
  if (!action) throw new Error(`there is no integration ${resource.service}:${resource.action}`);
  const input = sdkInput(() => run.input as JsonObject, run.input);
  const output = await action.call(engine, input, run.waiting);
  if (!resource.pattern.startsWith('sync') || !action.job) return answered(run, output);
  run.submitted(output);
  const begun = { input, output: isObject(output) ? output : {}, pattern: resource.pattern };
  return jobEnded(engine, action.job, begun, run.waiting);
}

/** The answer itself, or what somebody says later with the task's token. */
async function answered({ pending, submitted, waiting }: TaskRun, output: Json): Promise<Json> {
  if (!pending) return output;
  submitted(output);
  const outcome = await waiting.for(pending.outcome);
  if (outcome instanceof StateError) throw outcome;
  return outcome;
}

/** A job that nobody waits for any more is stopped. */
async function jobEnded(engine: Engine, job: Job, begun: JobBegun, waiting: Waiting): Promise<Json> {
  try {
    return await job.waitForEnd(engine, begun, waiting);
  } catch (error) {
    const isOver = waiting.signal.aborted && error === waiting.signal.reason;
    if (isOver && !(error instanceof Aborted && error.why === 'shutdown'))
      engine.inBackground((background) => job.stop(engine, begun, background));
    throw error;
  }
}
