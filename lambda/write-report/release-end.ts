import * as z from 'zod/mini';
import { requestSchema } from '../aws/request-schema';
import { checkDocument, modelVersionText, reasonList } from '../domain/records/document';

/** How a release ended, as the workflow tells it. */
export type ReleaseEnd = z.infer<typeof releaseEnd>;

/**
 * Reads the end of a release.
 *
 * @throws Error that names what is missing or wrong
 */
export function parseReleaseEnd(event: unknown): ReleaseEnd {
  return checkDocument(releaseEnd, event, 'end of a release');
}

/** The workflow's variables are empty until their time comes. */
const timeOrNothing = z.pipe(
  z._default(z.union([z.iso.datetime(), z.literal('')]), ''),
  z.transform((time) => time || null),
);

const releaseEnd = requestSchema(
  'write-report',
  z.object({
    plan: z.object({
      releaseId: z.string(),
      endpointName: z.string(),
      configName: z.nullable(z.string()),
      modelVersion: modelVersionText,
      variant: z.string(),
      championVariant: z.nullable(z.string()),
      champion: z.nullable(
        z.object({ modelVersion: modelVersionText, endpointConfigName: z.optional(z.string()) }),
      ),
      steps: z.array(z.object({ challenger: z.number() })),
    }),
    outcome: z.enum(['released', 'rolled-back']),
    reasons: z._default(reasonList, []),
    reason: z.string(),
    startedAt: z.iso.datetime(),
    trafficSince: timeOrNothing,
    time: z.iso.datetime(),
  }),
);
