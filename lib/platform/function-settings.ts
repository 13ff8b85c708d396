import { RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowNetworkOfFunctions } from './network';
import type { Platform } from './platform';

/** How a function runs on the platform: its log group, network and traces. Its role may use them. */
export function functionSettings(
  scope: Construct,
  id: string,
  { network, encryptionKey, logRetention, tracing }: Platform,
  role: IRole,
): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups' | 'tracing' | 'logGroup'> {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: logRetention,
    encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  if (network) allowNetworkOfFunctions(role);
  return {
    logGroup,
    tracing,
    vpc: network?.vpc,
    vpcSubnets: network?.vpcSubnets,
    securityGroups: network?.securityGroups,
  };
}
