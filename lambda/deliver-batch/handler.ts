import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { checkDocument } from '../domain/records/document';
import { deliverPart } from './deliver-part';
import { rowSink } from './row-sinks';

const text = z.string();
const { bucketName, settings } = readPartEnvironment(
  'deliver-batch',
  z.object({
    batchName: text,
    sinks: z.array(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('dynamoDb'),
          name: text,
          tableName: text,
          keyColumn: text,
          keyAttribute: text,
          keyType: z.enum(['S', 'N']),
        }),
        z.object({ kind: z.literal('sqs'), name: text, queueUrl: text }),
        z.object({ kind: z.literal('webhook'), name: text, secretName: text, rowsPerRequest: z.int() }),
        z.object({
          kind: z.literal('dataApi'),
          name: text,
          clusterArn: text,
          secretArn: text,
          database: text,
          table: text,
          keyColumn: text,
        }),
      ]),
    ),
  }),
);
const request = requestSchema(
  'deliver-batch',
  z.object({ run: z.string(), sink: z.string(), part: z.int().check(z.gte(0)) }),
);
const props = {
  batchName: settings.batchName,
  store: new ArtifactStore(new S3Client(), bucketName),
  sinks: new Map(settings.sinks.map((sink) => [sink.name, once(() => rowSink(sink))])),
};

/** Delivers the rows of one file of the output to a sink. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['deliver-batch']> => {
  return deliverPart(checkDocument(request, event, 'request to deliver a part'), props);
});

/** Makes something when it is first needed, and keeps it. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
