import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Aws } from './aws';
import { CliError } from './cli-error';

/**
 * Calls one of the pipeline's functions.
 *
 * @throws CliError with what the function says is wrong
 */
export async function invokeFunction<Answer>(
  aws: Aws,
  FunctionName: string,
  payload: object,
): Promise<Answer> {
  const { Payload, FunctionError } = await aws.lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as Answer & { errorMessage?: string };
  if (FunctionError) throw new CliError(answer.errorMessage ?? `${FunctionName} failed: ${FunctionError}`);
  return answer;
}
