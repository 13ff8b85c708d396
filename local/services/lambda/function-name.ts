import { AwsError } from '../../gateway/aws-error';

/** A function as callers address it. */
export interface FunctionReference {
  readonly name: string;
  /** Version number, alias or `$LATEST`; undefined where none was given. */
  readonly qualifier?: string;
}

/**
 * Reads a function's name, partial ARN or ARN, each with or without a qualifier at its end.
 *
 * @param qualifier as given beside the name
 * @throws AwsError InvalidParameterValueException if it is none of them, or names two different qualifiers
 */
export function parseFunctionName(given: string, qualifier?: string): FunctionReference {
  const match =
    /^(?:(?:arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:|function:)?([\w-]{1,140})(?::(\$LATEST|[\w-]+))?$/.exec(
      given,
    );
  if (!match) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  const [, name = '', inName] = match;
  if (inName && qualifier && inName !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name, qualifier: qualifier ?? inName };
}
