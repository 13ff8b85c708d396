import type { RuleState, Target } from '@aws-sdk/client-eventbridge';

export interface StoredRule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly description?: string;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly roleArn?: string;
  readonly state: RuleState;
  /** When the rule got its schedule or was enabled, in milliseconds since the epoch. */
  readonly scheduledFrom: number;
  readonly targets: ReadonlyMap<string, Target>;
}

/** An event as AWS writes it. */
export interface CloudEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}
