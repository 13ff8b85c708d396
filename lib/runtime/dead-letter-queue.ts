import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explain } from '../platform/explained-rules';

/** A queue of what could not be handled. */
export function deadLetterQueue(scope: Construct, id: string, encryptionMasterKey: IKey | undefined): Queue {
  const queue = new Queue(scope, id, {
    // The longest that SQS keeps messages: a person has to decide about them.
    retentionPeriod: Duration.days(14),
    enforceSSL: true,
    encryptionMasterKey,
  });
  explain(queue, 'SQS3', 'it is a dead-letter queue itself, and an alarm watches it');
  return queue;
}
