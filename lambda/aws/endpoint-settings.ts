import * as z from 'zod/mini';

/** What the endpoint's variants run on, as the constructs write it. */
export const endpointSettings = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('realTime'), instanceType: z.string(), initialInstanceCount: z.int() }),
  z.object({ kind: z.literal('asynchronous'), instanceType: z.string(), initialInstanceCount: z.int() }),
  z.object({
    kind: z.literal('serverless'),
    memorySizeInMb: z.int(),
    maxConcurrency: z.int(),
    provisionedConcurrency: z.optional(z.int()),
  }),
]);
