/**
 * The function of an integration's or authorizer's URI: its ARN itself, or API Gateway's ARN of its
 * invocation.
 */
export function functionOf(uri: string): string {
  const [, arn] = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  return arn ?? uri;
}

/** Whether a URI names a Lambda function. */
export function isFunctionUri(uri: string | undefined): boolean {
  return /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:/.test(functionOf(uri ?? ''));
}
