/** An error as the Runtime API takes it and as callers of the function see it. */
export function errorBody(error) {
  if (!isErrorLike(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name ?? 'Error',
    errorMessage: error.message ?? '',
    trace: String(error.stack ?? '').split('\n'),
  };
}

/** The same with what else the error carries, for the log. */
export function logLineOf(error) {
  if (!isErrorLike(error)) return undefined;
  const { errorType, errorMessage, trace } = errorBody(error);
  return { errorType, errorMessage, ...error, stack: trace };
}

// Errors of other realms (vm, jest) are no instances of this one's Error.
function isErrorLike(error) {
  return (
    error instanceof Error ||
    (typeof error === 'object' && error !== null && 'message' in error && 'stack' in error)
  );
}
