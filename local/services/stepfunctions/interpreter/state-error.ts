/** Why a state failed, as Retry, Catch and the execution's end name it. */
export class StateError extends Error {
  /**
   * @param error e.g. `States.TaskFailed`; a Fail state need not give one
   * @param options `alias`: a second name that Retry and Catch may use
   */
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    private readonly options: { readonly alias?: string } = {},
  ) {
    super(`${error}: ${reason}`);
  }

  /** Whether an `ErrorEquals` names it. Errors of the runtime end the execution whatever a state catches. */
  matches(errorEquals: readonly string[]): boolean {
    if (this.error === 'States.Runtime') return false;
    return errorEquals.some(
      (name) =>
        name === 'States.ALL' ||
        name === this.error ||
        name === this.options.alias ||
        (name === 'States.TaskFailed' && this.error !== 'States.Timeout'),
    );
  }

  /** What Catch hands on. */
  get output(): { Error: string | null; Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }
}

/** A task that took longer than TimeoutSeconds, or was silent for longer than HeartbeatSeconds. */
export function timeoutError(missed: 'TimeoutSeconds' | 'HeartbeatSeconds'): StateError {
  const alias = missed === 'HeartbeatSeconds' ? { alias: 'States.HeartbeatTimeout' } : {};
  return new StateError('States.Timeout', undefined, alias);
}

/** Work that ends because something around it ended: the execution, or a branch beside it. */
export class Aborted extends Error {
  constructor(readonly why: 'sibling' | 'timeout' | 'shutdown' | { error?: string; cause?: string }) {
    super('aborted');
  }
}
