/** One event for a function's process. */
export interface Invocation {
  readonly requestId: string;
  /** The ARN that was called, with its qualifier. */
  readonly functionArn: string;
  /** JSON text. */
  readonly payload: Buffer;
  /** JSON text in ASCII. */
  readonly clientContext?: string | undefined;
}

/** How an invocation ended. */
export interface Outcome {
  /** JSON text: the answer, or the error's description. */
  readonly payload: Buffer;
  /** `Unhandled` if the function failed. */
  readonly functionError?: 'Unhandled';
}

export function failure(errorType: string, errorMessage: string, trace?: readonly string[]): Outcome {
  return {
    payload: Buffer.from(JSON.stringify({ errorType, errorMessage, trace })),
    functionError: 'Unhandled',
  };
}

/** `errorType` of a failed outcome. */
export function errorTypeOf(outcome: Outcome): string | undefined {
  if (!outcome.functionError) return undefined;
  return (JSON.parse(outcome.payload.toString()) as { errorType?: string }).errorType;
}
