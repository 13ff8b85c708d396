import type { Json, JsonObject } from '../definition/definition';
import type { TaskPattern } from '../definition/task-resource';
import type { Engine } from '../interpreter/engine';
import type { Waiting } from '../interpreter/waiting';
import type { ErrorNaming } from './service-call';

/** An action that Step Functions knows more of than its API. */
export interface OptimizedAction {
  readonly patterns: readonly TaskPattern[];
  /** The API behind it, in the local cloud. */
  readonly service: string;
  readonly operation: string;
  /** What its arguments may hold. @default what the API takes */
  readonly fields?: readonly string[];
  readonly required?: readonly string[];
  call(engine: Engine, input: JsonObject, waiting: Waiting): Promise<Json>;
  /** For `.sync`. */
  readonly job?: Job;
}

/** What a `.sync` task waits for. */
export interface Job {
  /** The EventBridge rule with which Step Functions hears of the job's end. */
  readonly managedRule: string;
  /**
   * Waits for the end of what the call began.
   *
   * @throws StateError States.TaskFailed if it did not succeed
   */
  waitForEnd(engine: Engine, begun: JobBegun, waiting: Waiting): Promise<Json>;
  /** Ends it, as well as that can be done, because nobody waits for it any more. */
  stop(engine: Engine, begun: JobBegun, waiting: Waiting): Promise<unknown>;
}

export interface JobBegun {
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly pattern: TaskPattern;
}

/**
 * How optimized integrations name errors.
 *
 * @param prefix e.g. `Lambda`
 * @param other the service's general exception in the Java SDK, e.g. `AWSLambdaException`
 * @param serviceName e.g. `AWSLambda`
 */
export function optimizedNaming(prefix: string, other: string, serviceName: string): ErrorNaming {
  return {
    modelled: (name) => `${prefix}.${name}`,
    other: `${prefix}.${other}`,
    unanswered: `${prefix}.SdkClientException`,
    cause: ({ message, code }, status, requestId) =>
      `${message} (Service: ${serviceName}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
  };
}
