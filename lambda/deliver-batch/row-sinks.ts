import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { BatchSinkSettings } from '../../contracts/functions/batch';
import { DataApiSink } from './data-api-sink';
import { DynamoDbSink } from './dynamodb-sink';
import type { RowSink } from './row-sink';
import { SqsSink } from './sqs-sink';
import { WebhookSink } from './webhook-sink';

/** The sink of some settings. @param readSecret reads a secret by its name */
export function rowSink(settings: BatchSinkSettings, readSecret: (name: string) => Promise<string>): RowSink {
  switch (settings.kind) {
    case 'dynamoDb':
      return new DynamoDbSink(settings, new DynamoDBClient());
    case 'sqs':
      return new SqsSink(settings, new SQSClient());
    case 'webhook':
      return new WebhookSink(settings, {
        readSecret: () => readSecret(settings.secretName),
        fetch,
        now: () => new Date(),
      });
    case 'dataApi':
      return new DataApiSink(settings, new RDSDataClient());
  }
}
