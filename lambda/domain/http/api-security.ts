import * as z from 'zod/mini';
import type { ApiSecurity } from '../../../contracts/functions/http';

/** Schema of {@link ApiSecurity}. */
export const apiSecurity: z.ZodMiniType<ApiSecurity> = z.object({
  kind: z.enum(['iam', 'jwt', 'lambda', 'none']),
  issuer: z.optional(z.string()),
  scopes: z.optional(z.array(z.string())),
  identitySource: z.optional(z.array(z.string())),
});
