import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { IRuleRef, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { explain } from '../platform/explained-rules';

export interface FailureQueueProps {
  /**
   * Key that encrypts messages.
   * @default - a key of SQS
   */
  readonly encryptionKey?: IKey;
}

/**
 * The queue for failures that cannot report themselves: ends of workflows, events that a function could not
 * handle, events that a rule could not deliver. One queue for a whole pipeline; {@link FailureWatch} reports
 * what is in it.
 */
export class FailureQueue extends Construct {
  readonly queue: IQueue;
  private readonly rules: IRuleRef[] = [];

  constructor(scope: Construct, id: string, props: FailureQueueProps = {}) {
    super(scope, id);
    const queue = new Queue(this, 'Resource', {
      // The longest that SQS keeps messages, in case nobody can report them for a while.
      retentionPeriod: Duration.days(14),
      // Lambda asks for six times the timeout of the function that reads them:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.minutes(6),
      enforceSSL: true,
      encryptionMasterKey: props.encryptionKey,
    });
    // One statement, since a queue's policy holds at most 20 of them and 10 conditions:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowRules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: {
            'aws:SourceArn': Lazy.list({ produce: () => this.rules.map(({ ruleRef }) => ruleRef.ruleArn) }),
          },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
    explain(this, 'SQS3', 'it is the dead-letter queue of the pipeline, and an alarm watches it');
    this.queue = queue;
  }

  /** A target of a rule, from which the events come here that EventBridge cannot deliver. */
  behind(target: IRuleTarget): IRuleTarget {
    return {
      bind: (rule, id) => {
        this.rules.push(rule);
        return { ...target.bind(rule, id), deadLetterConfig: { arn: this.queue.queueArn } };
      },
    };
  }

  /** This queue as the target of a rule. */
  asTarget(): IRuleTarget {
    return {
      bind: (rule) => {
        this.rules.push(rule);
        return { arn: this.queue.queueArn };
      },
    };
  }
}
