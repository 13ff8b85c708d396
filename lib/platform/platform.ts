import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SystemLogLevel, Tracing } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowServices } from './encryption';
import { type Network, networkOf } from './network';
import { PlatformLogs } from './platform-logs';

/** How functions, workflows, jobs and endpoints run in an account: what platform teams demand. */
export interface PlatformProps {
  /**
   * VPC in which functions, jobs and endpoints have their network interfaces. They need a way to AWS's
   * services: NAT, or the endpoints that the guide lists.
   * @default - they run outside any VPC of yours
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the VPC, 1 to 16; Lambda has no use for public ones.
   * @default - private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of all network interfaces, 1 to 5.
   * @default - a new one, which allows outbound traffic, and traffic among its members
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Symmetric key that encrypts the bucket, the topic, the queue, logs, workflows, the environments of
   * functions, recorded requests, and the volumes and output of jobs and endpoints. The policy of a key that
   * this app does not create must let AWS's services use it, as the guide says.
   * @default - keys that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * How long logs of functions and workflows are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * Which lines Lambda itself writes to the functions' logs, beside what the functions log: two for each
   * invocation, or with `WARN` only those about failures.
   * @default SystemLogLevel.INFO
   */
  readonly systemLogLevel?: SystemLogLevel;

  /**
   * Whether functions and workflows send traces to AWS X-Ray.
   * @default Tracing.DISABLED
   */
  readonly tracing?: Tracing;
}

/** Settings of the platform with defaults filled in. */
export interface Platform {
  /** Undefined outside any VPC. */
  readonly network?: Network;
  /** Undefined for keys that AWS owns. */
  readonly encryptionKey?: IKey;
  /** @internal */
  readonly _logs: PlatformLogs;
  readonly systemLogLevel: SystemLogLevel;
  readonly tracing: Tracing;
}

/** @throws Error that names every prop that AWS refuses */
export function resolvePlatform(scope: Construct, props: PlatformProps): Platform {
  const { encryptionKey } = props;
  if (encryptionKey) allowServices(scope, encryptionKey);
  return {
    network: networkOf(scope, props),
    encryptionKey,
    _logs: new PlatformLogs(scope, 'Logs', {
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      encryptionKey,
    }),
    systemLogLevel: props.systemLogLevel ?? SystemLogLevel.INFO,
    tracing: props.tracing ?? Tracing.DISABLED,
  };
}
