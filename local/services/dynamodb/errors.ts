import { AwsError } from '../../gateway/aws-error';

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
