import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { MonitorSinkSettings } from '../../contracts/functions/monitoring';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { messageBody } from '../aws/message-body';
import { readSecret } from '../aws/sinks/sink-secret';
import { ArtifactStore } from '../aws/store';
import { checkDocument, parseDocument } from '../domain/records/document';
import { type DeliverReportProps, deliverReport } from './deliver-report';
import type { MonitorSink } from './monitor-sink';
import { OpenTelemetrySink } from './open-telemetry-sink';
import { TableSink } from './table-sink';
import { type HttpSinkProps, WebhookSink } from './webhook-sink';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'deliver-report',
  z.object({
    sink: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['webhook', 'openTelemetry']), secretName: z.string() }),
      z.object({ kind: z.literal('table'), bucketName: z.string(), prefix: z.string() }),
    ]),
    deadLetterQueueUrl: z.string(),
  }),
);
const notice = z.object({ report: z.enum(['drift', 'quality']), key: z.string() });
const messages = z.object({ Records: z.array(z.object({ body: z.string() })) });

const s3 = new S3Client();
const sqs = new SQSClient();
const ssm = new SSMClient();
const props: DeliverReportProps = {
  pipelineName,
  store: new ArtifactStore(s3, bucketName),
  sink: sinkOf(settings.sink),
  keepRefused: async (refused, reason) => {
    logger.error(reason);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: settings.deadLetterQueueUrl,
        MessageBody: messageBody(refused),
        // SQS takes no control characters, and none that is no character.
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: reason.replace(/[\p{Cc}\p{Cn}\p{Cs}]/gu, ' ') },
        },
      }),
    );
  },
};

/** Delivers reports of a monitor to a sink. What cannot be delivered now comes again from the queue. */
export const handler = loggedHandler(async (event): Promise<void> => {
  const { Records } = checkDocument(messages, event, 'event of the queue');
  for (const { body } of Records) await deliverReport(parseDocument(notice, body, 'message'), props);
});

function sinkOf(sink: MonitorSinkSettings): MonitorSink {
  if (sink.kind === 'table') return new TableSink(new ArtifactStore(s3, sink.bucketName), sink.prefix);
  const { kind, secretName } = sink;
  const http: HttpSinkProps = {
    readSecret: () => readSecret(ssm, secretName),
    fetch,
    now: () => new Date(),
  };
  return kind === 'webhook' ? new WebhookSink(http) : new OpenTelemetrySink(http);
}
