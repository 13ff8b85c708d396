/** An error as Step Functions passes it to the states that catch it. */
export interface WorkflowError {
  readonly Error: string;
  /** Some errors, such as timeouts, have none. */
  readonly Cause?: string | undefined;
}
