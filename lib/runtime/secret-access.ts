import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { arn } from './arn';
import type { PartFunction } from './part-function';

/** Lets a function read a secret by way of Parameter Store, which needs both rights. */
export function allowSecret(handler: PartFunction, secret: ISecret): void {
  secret.grantRead(handler);
  handler.allow(
    ['ssm:GetParameter'],
    [arn(handler, 'ssm', `parameter/aws/reference/secretsmanager/${secret.secretName}`)],
  );
}
