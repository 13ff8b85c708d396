import type { LiveAliasSettings } from '../../contracts/hosting';
import type { ServerlessInference } from './serverless-inference';

/** How functions that move the alias of the function that serves are told of it; undefined if none serves. */
export function aliasSettings(
  serverlessInference: ServerlessInference | undefined,
): LiveAliasSettings | undefined {
  if (!serverlessInference) return undefined;
  const { handler, deployedVersion } = serverlessInference;
  return { functionName: deployedVersion.lambda.functionName, aliasName: handler.aliasName };
}
