import { AwsError } from '../../gateway/aws-error';

/** Of parameters that are not valid, alone or together. */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** Of event source mappings, function URLs and tags; functions have an error of their own. */
export function resourceNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
}
