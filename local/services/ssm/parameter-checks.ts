import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { AwsError } from '../../gateway/aws-error';

const DEEPEST = 15;

/**
 * What Parameter Store asks of a name beyond its length.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, whose texts
 * moto copied
 * @throws AwsError ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException
 */
export function checkParameterName(name: string): void {
  const isPath = name.lastIndexOf('/') > 0;
  if (/^\/aws/i.test(name) && isPath) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (isPath && !name.startsWith('/')) {
    throw invalid('Parameter name must be a fully qualified name.');
  }
  if (/^\/?(aws|ssm)/i.test(name) || !/^[a-zA-Z0-9_.\-/]+$/.test(name)) {
    throw invalid(
      isPath
        ? 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
        : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). It can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (name.split('/').length - 1 > DEEPEST) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `Hierarchy level for parameter name is more than ${DEEPEST}. A parameter name hierarchy can have a maximum of ${DEEPEST} levels.`,
    );
  }
}

/**
 * @throws AwsError ValidationException, ParameterPatternMismatchException for a value that may not be stored
 */
export function checkParameterValue({ Value = '', Tier, AllowedPattern }: PutParameterRequest): void {
  if (Value === '') {
    // The model leaves it out; the text is moto's copy of AWS's.
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (Buffer.byteLength(Value) > (Tier === 'Advanced' ? 8192 : 4096)) {
    throw invalid('Standard tier parameters support a maximum parameter value of 4096 characters.');
  }
  if (AllowedPattern && !new RegExp(AllowedPattern).test(Value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
