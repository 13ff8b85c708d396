import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { LATEST } from './function-store';
import type { FunctionVersion } from './stored-function';

/** A version as AWS describes it. */
export function describeFunction(
  functionName: string,
  arn: string,
  version: FunctionVersion,
): FunctionConfiguration {
  const { logging, network, kmsKeyArn } = version;
  return {
    FunctionName: functionName,
    FunctionArn: arn,
    Runtime: version.runtime as FunctionConfiguration['Runtime'],
    Role: version.role,
    Handler: version.handler,
    CodeSize: version.code.size,
    CodeSha256: version.code.sha256,
    Description: version.description,
    Timeout: version.timeoutSeconds,
    MemorySize: version.memorySize,
    LastModified: version.modified.toISOString().replace('Z', '+0000'),
    Version: version.version,
    ...(Object.keys(version.environment).length > 0 && { Environment: { Variables: version.environment } }),
    ...(kmsKeyArn && { KMSKeyArn: kmsKeyArn }),
    ...(network && {
      VpcConfig: {
        SubnetIds: [...network.subnetIds],
        SecurityGroupIds: [...network.securityGroupIds],
        Ipv6AllowedForDualStack: network.allowsIpv6,
      },
    }),
    TracingConfig: { Mode: version.tracing as 'Active' | 'PassThrough' },
    RevisionId: version.revisionId,
    ...(version.layers.length > 0 && {
      Layers: version.layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.size })),
    }),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [version.architecture as 'x86_64' | 'arm64'],
    EphemeralStorage: { Size: version.ephemeralStorage },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    RuntimeVersionConfig: { RuntimeVersionArn: `${arn.split(':function:')[0]}::runtime:local` },
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.group,
      ...(logging.format === 'JSON' && {
        ApplicationLogLevel: logging.applicationLevel as 'INFO',
        SystemLogLevel: logging.systemLevel as 'INFO',
      }),
    },
  };
}

/** `$LATEST` is addressed without a qualifier. */
export function qualifierOf({ version }: FunctionVersion): string | undefined {
  return version === LATEST ? undefined : version;
}
