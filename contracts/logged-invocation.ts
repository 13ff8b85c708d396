/**
 * What a state of a workflow gives to a function beside its request, as the `custom` part of Lambda's client
 * context: the function's log lines carry it.
 */
export interface LoggedInvocation {
  /** ARN of the execution. */
  readonly executionId: string;
}
