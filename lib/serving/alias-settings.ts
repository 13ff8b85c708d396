import type { LiveAliasSettings } from '../../contracts/hosting';
import type { ServerlessInference } from './serverless-inference';

/** Settings of the functions that move the alias of the serving function; undefined if no function serves. */
export function aliasSettings(
  serverlessInference: ServerlessInference | undefined,
): LiveAliasSettings | undefined {
  if (!serverlessInference) return undefined;
  const { handler, deployedVersion } = serverlessInference;
  return { functionName: deployedVersion.lambda.functionName, aliasName: handler.aliasName };
}
