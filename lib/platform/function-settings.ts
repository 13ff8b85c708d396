import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type FunctionOptions, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { allowNetworkOfFunctions } from './network';
import type { Platform } from './platform';

/**
 * How a function runs on the platform: its log, network and traces. Its role may use them. The level of its
 * own lines stays `INFO`, above which Lambda would drop the metrics that a function writes to its log.
 *
 * @param logGroup by default that of all functions
 */
export function functionSettings(
  { network, encryptionKey, _logs, systemLogLevel, tracing }: Platform,
  role: IRole,
  logGroup: ILogGroup = _logs.ofFunctions,
): Pick<
  FunctionOptions,
  'vpc' | 'vpcSubnets' | 'securityGroups' | 'tracing' | 'environmentEncryption' | LoggingOption
> {
  logGroup.grantWrite(role);
  // Lambda decrypts the environment in the name of the role:
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
  encryptionKey?.grantDecrypt(role);
  if (network) allowNetworkOfFunctions(role);
  return {
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    systemLogLevelV2: systemLogLevel,
    environmentEncryption: encryptionKey,
    tracing,
    vpc: network?.vpc,
    vpcSubnets: network?.vpcSubnets,
    securityGroups: network?.securityGroups,
  };
}

type LoggingOption = 'logGroup' | 'loggingFormat' | 'systemLogLevelV2';
