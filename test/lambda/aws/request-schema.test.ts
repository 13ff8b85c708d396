import * as z from 'zod/mini';
import { requestSchema } from '../../../lambda/aws/request-schema';

test('the schema of a request is the one that is given, and the compiler refuses one that differs from the contract', () => {
  const schema = z.object({ releaseId: z.string() });
  expect(requestSchema('plan-restore', schema)).toBe(schema);
  // @ts-expect-error: `releaseId` has another name
  requestSchema('plan-restore', z.object({ release: z.string() }));
  // @ts-expect-error: no workflow sends `more`
  requestSchema('plan-restore', z.object({ releaseId: z.string(), more: z.string() }));
  // @ts-expect-error: `releaseId` is a text
  requestSchema('plan-restore', z.object({ releaseId: z.number() }));
  // @ts-expect-error: forgets `undone`, which is optional
  requestSchema('scale-endpoint', z.object({ scales: z.boolean() }));
  // @ts-expect-error: forgets fields of this kind of request
  requestSchema('record-release', z.object({ kind: z.literal('refusal'), releaseId: z.string() }));
});
