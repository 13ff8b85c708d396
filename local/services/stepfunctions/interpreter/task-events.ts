import type { Json } from '../definition/definition';
import { eventNames, type TaskResource } from '../definition/task-resource';
import type { Branch } from './branch';
import { eventData } from './history';
import type { StateError } from './state-error';

interface TaskLimits {
  readonly timeoutInSeconds?: number | undefined;
  readonly heartbeatInSeconds?: number | undefined;
}

/** The events of one attempt of a task. */
export interface TaskEvents {
  scheduled(input: Json, limits: TaskLimits): void;
  started(): void;
  submitted(output: Json): void;
  succeeded(output: Json): void;
  failed(error: StateError): void;
  timedOut(error: StateError): void;
}

export function taskEvents(branch: Branch, resource: TaskResource, region: string): TaskEvents {
  return resource.kind === 'function'
    ? functionEvents(branch, resource.arn)
    : integrationEvents(branch, eventNames(resource), region);
}

function integrationEvents(
  branch: Branch,
  names: { readonly resourceType: string; readonly resource: string },
  region: string,
): TaskEvents {
  return {
    scheduled: (input, limits) =>
      branch.record('TaskScheduled', {
        taskScheduledEventDetails: { ...names, region, parameters: JSON.stringify(input), ...limits },
      }),
    started: () => branch.record('TaskStarted', { taskStartedEventDetails: names }),
    submitted: (output) =>
      branch.record('TaskSubmitted', {
        taskSubmittedEventDetails: { ...names, ...eventData('output', output) },
      }),
    succeeded: (output) =>
      branch.record('TaskSucceeded', {
        taskSucceededEventDetails: { ...names, ...eventData('output', output) },
      }),
    failed: ({ error, reason: cause }) =>
      branch.record('TaskFailed', { taskFailedEventDetails: { ...names, error, cause } }),
    timedOut: ({ error, reason: cause }) =>
      branch.record('TaskTimedOut', { taskTimedOutEventDetails: { ...names, error, cause } }),
  };
}

/** Functions that are called directly have events of their own. */
function functionEvents(branch: Branch, resource: string): TaskEvents {
  return {
    scheduled: (input, { timeoutInSeconds }) =>
      branch.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource, ...eventData('input', input), timeoutInSeconds },
      }),
    started: () => branch.record('LambdaFunctionStarted'),
    submitted: () => {},
    succeeded: (output) =>
      branch.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: eventData('output', output),
      }),
    failed: ({ error, reason: cause }) =>
      branch.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: { error, cause } }),
    timedOut: ({ error, reason: cause }) =>
      branch.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error, cause } }),
  };
}
