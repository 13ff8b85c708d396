import type { Json } from '../definition/definition';
import { eventNames, parseResource, type TaskResource } from '../definition/task-resource';
import { runTask } from '../integrations';
import type { QueryLanguage, Visit } from '../language/query-language';
import type { PendingTask } from '../task-tokens';
import { LARGEST_PAYLOAD, payloadError } from './data-limit';
import type { Engine, StateRunner } from './engine';
import { withErrorHandling } from './error-handling';
import { StateError, timeoutError } from './state-error';
import { type TaskEvents, taskEvents } from './task-events';

/** Calls a service or a function, and perhaps waits for what it began. */
export const runTaskState: StateRunner = (visit, language, engine) => {
  const resource = parseResource(visit.state.Resource ?? '');
  if (!resource) throw new Error(`${visit.state.Resource} is no resource of a task`);
  return withErrorHandling(visit, language, engine, {
    run: () => attempt(visit, language, engine, resource),
  });
};

async function attempt(
  visit: Visit,
  language: QueryLanguage,
  engine: Engine,
  resource: TaskResource,
): Promise<Json> {
  const isCallback = resource.kind !== 'function' && resource.pattern === 'waitForTaskToken';
  const pending = isCallback ? engine.tokens.open(engine.execution.stateMachineArn) : undefined;
  if (pending) visit.context.Task = { Token: pending.token };
  try {
    const input = await language.arguments(visit);
    const timeoutInSeconds = await language.number(visit, 'TimeoutSeconds');
    const heartbeatInSeconds = await language.number(visit, 'HeartbeatSeconds');
    const events = taskEvents(visit.branch, resource, engine.cloud.region);
    events.scheduled(input, { timeoutInSeconds, heartbeatInSeconds });
    events.started();
    const limits = new TaskTimers(engine, { timeoutInSeconds, heartbeatInSeconds }, pending);
    const waiting = visit.branch.waiting.until(limits.signal);
    try {
      const result = await runTask(engine, resource, {
        input,
        waiting,
        pending,
        submitted: events.submitted,
      });
      if (Buffer.byteLength(JSON.stringify(result)) > LARGEST_PAYLOAD)
        throw payloadError(resource.kind === 'function' ? resource.arn : eventNames(resource).resourceType);
      events.succeeded(result);
      return result;
    } catch (error) {
      recordFailure(events, error, limits.signal);
      throw error;
    } finally {
      limits.cancel();
    }
  } finally {
    pending?.close();
  }
}

function recordFailure(events: TaskEvents, error: unknown, timers: AbortSignal): void {
  if (!(error instanceof StateError)) return;
  if (error === timers.reason) events.timedOut(error);
  else events.failed(error);
}

/** Ends an attempt that takes too long, or whose heartbeat fails to come. */
class TaskTimers {
  private readonly controller = new AbortController();
  private readonly timers: { cancel(): void }[] = [];

  constructor(
    { cloud: { clock } }: Engine,
    limits: {
      readonly timeoutInSeconds?: number | undefined;
      readonly heartbeatInSeconds?: number | undefined;
    },
    pending: PendingTask | undefined,
  ) {
    const { timeoutInSeconds, heartbeatInSeconds } = limits;
    const end = (missed: 'TimeoutSeconds' | 'HeartbeatSeconds') =>
      this.controller.abort(timeoutError(missed));
    if (timeoutInSeconds !== undefined)
      this.timers.push(clock.after(timeoutInSeconds * 1000, () => end('TimeoutSeconds')));
    if (heartbeatInSeconds === undefined || !pending) return;
    const beat = () => clock.after(heartbeatInSeconds * 1000, () => end('HeartbeatSeconds'));
    let heartbeat = beat();
    pending.onHeartbeat = () => {
      heartbeat.cancel();
      heartbeat = beat();
    };
    this.timers.push({ cancel: () => heartbeat.cancel() });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  cancel(): void {
    for (const timer of this.timers) timer.cancel();
  }
}
