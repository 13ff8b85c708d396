import {
  ExecutionAlreadyExists,
  type SFNClient,
  StartExecutionCommand,
  type StartExecutionCommandInput,
} from '@aws-sdk/client-sfn';

/** Starts an execution, once by its name: one that has ended is not started again. */
export async function startOnce(
  stepFunctions: Pick<SFNClient, 'send'>,
  input: StartExecutionCommandInput & { readonly name: string },
): Promise<void> {
  try {
    await stepFunctions.send(new StartExecutionCommand(input));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
