import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { dataSchema, overrideSchema } from '../domain/data/data-schema';
import { schemaOfSplit, splitSettings } from '../domain/data/splits/split-settings';
import { problemSettings } from '../domain/metrics/problem';
import { validateData } from './validate-data';

const { bucketName, routingParameter, settings } = readEnvironment(
  'validate-data',
  z.object({
    label: z.string(),
    problem: problemSettings,
    minimumRows: z.number(),
    ignoredColumns: z.array(z.string()),
    split: splitSettings,
    /** Where the checks of the pipeline are, which may be longer than an environment. */
    schema: z.optional(z.object({ bucket: z.string(), key: z.string() })),
  }),
);
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);

/** Looks for what would spoil a training. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['validate-data']> => {
  const { schema: place, split, ...others } = settings;
  const own = place ? await new ArtifactStore(s3, place.bucket).readJson(place.key, dataSchema) : {};
  const schema = overrideSchema(own, schemaOfSplit(split));
  return validateData(event, { store, routing, schema, now: () => new Date(), ...others });
});
