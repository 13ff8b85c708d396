import { Names, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface PlatformLogsProps {
  readonly retention: RetentionDays;
  /** Undefined for keys that AWS owns. */
  readonly encryptionKey?: IKey;
}

/**
 * Log groups of a pipeline, or of a part that works alone: one for its functions, and one for its workflows.
 * Names of streams begin with the day and the function's name, or with the state machine's:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
export class PlatformLogs extends Construct {
  private functions?: ILogGroup;
  private workflows?: ILogGroup;

  constructor(
    private readonly parent: Construct,
    id: string,
    private readonly props: PlatformLogsProps,
  ) {
    super(parent, id);
  }

  /** For all functions but those whose requests are many. */
  get ofFunctions(): ILogGroup {
    this.functions ??= this.group(this, 'Functions');
    return this.functions;
  }

  /**
   * For all workflows. It has a name with the prefix that the Step Functions developer guide advises: the
   * delivery to any other group is allowed by a statement of its own in a resource policy of CloudWatch Logs,
   * which holds 5,120 characters a region.
   */
  get ofWorkflows(): ILogGroup {
    const name = Names.uniqueResourceName(this, { maxLength: 200, separator: '-' });
    this.workflows ??= this.group(this.parent, 'WorkflowLogs', `/aws/vendedlogs/states/${name}`);
    return this.workflows;
  }

  /** A group for one function, whose many lines would hide those of others. */
  ofOneFunction(scope: Construct, id: string): ILogGroup {
    return this.group(scope, id);
  }

  private group(scope: Construct, id: string, logGroupName?: string): ILogGroup {
    const { retention, encryptionKey } = this.props;
    return new LogGroup(scope, id, {
      logGroupName,
      retention,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
