import type { BatchSinkSettings } from '../../contracts/functions/batch';
import { readSecret } from '../aws/sinks/sink-secret';
import type { RowSink } from './row-sink';

/** The sink of some settings, with no code of others: each loads a client of another service. */
export async function rowSink(settings: BatchSinkSettings): Promise<RowSink> {
  switch (settings.kind) {
    case 'dynamoDb': {
      const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
      const { DynamoDbSink } = await import('./dynamodb-sink.js');
      return new DynamoDbSink(settings, new DynamoDBClient());
    }
    case 'sqs': {
      const { SQSClient } = await import('@aws-sdk/client-sqs');
      const { SqsSink } = await import('./sqs-sink.js');
      return new SqsSink(settings, new SQSClient());
    }
    case 'webhook': {
      const { WebhookSink } = await import('./webhook-sink.js');
      const { SSMClient } = await import('@aws-sdk/client-ssm');
      const ssm = new SSMClient();
      return new WebhookSink(settings, {
        readSecret: () => readSecret(ssm, settings.secretName),
        fetch,
        now: () => new Date(),
      });
    }
    case 'dataApi': {
      const { RDSDataClient } = await import('@aws-sdk/client-rds-data');
      const { DataApiSink } = await import('./data-api-sink.js');
      return new DataApiSink(settings, new RDSDataClient());
    }
  }
}
