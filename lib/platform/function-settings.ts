import { RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type FunctionOptions, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowNetworkOfFunctions } from './network';
import type { Platform } from './platform';

/**
 * How a function runs on the platform: its log, network and traces. Its role may use them. The level of its
 * own lines stays `INFO`, above which Lambda would drop the metrics that a function writes to its log.
 */
export function functionSettings(
  scope: Construct,
  id: string,
  { network, encryptionKey, logRetention, systemLogLevel, tracing }: Platform,
  role: IRole,
): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups' | 'tracing' | LoggingOption> {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: logRetention,
    encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  if (network) allowNetworkOfFunctions(role);
  return {
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    systemLogLevelV2: systemLogLevel,
    tracing,
    vpc: network?.vpc,
    vpcSubnets: network?.vpcSubnets,
    securityGroups: network?.securityGroups,
  };
}

type LoggingOption = 'logGroup' | 'loggingFormat' | 'systemLogLevelV2';
