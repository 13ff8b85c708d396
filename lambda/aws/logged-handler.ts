import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { LoggedInvocation } from '../../contracts/logged-invocation';
import { logger } from './logger';

/** A function's code for Lambda. */
export type Handler<Answer> = (event: unknown, context: Context) => Promise<Answer>;

/**
 * The same handler; each line that it logs names the invocation, the execution that invoked the function, and
 * the release and model version of the request. The end of each invocation is logged: an execution's lines
 * show which functions answered it, and why one failed.
 */
export function loggedHandler<Answer>(handler: Handler<Answer>): Handler<Answer> {
  return async (event, context) => {
    logger.addContext(context);
    logger.appendKeys({ ...subjectOf(event), executionId: executionOf(context) });
    try {
      const answer = await handler(event, context);
      logger.info('the function answered');
      return answer;
    } catch (error) {
      logger.error('the function failed', error as Error);
      throw error;
    } finally {
      logger.resetKeys();
    }
  };
}

const subject = z.object({
  releaseId: z.optional(z.string()),
  modelVersion: z.optional(z.nullable(z.string())),
});

/** The release and the model version of a request, which has them in its plan if not beside it. */
function subjectOf(event: unknown): z.infer<typeof subject> {
  const { plan } = (event ?? {}) as { readonly plan?: unknown };
  const [found] = [event, plan].map((part) => subject.safeParse(part).data ?? {}).filter(isNamed);
  return found ?? {};
}

function isNamed({ releaseId, modelVersion }: z.infer<typeof subject>): boolean {
  return releaseId !== undefined || typeof modelVersion === 'string';
}

/** What the state of a workflow gives beside its request, in the client context. */
function executionOf({ clientContext }: Context): string | undefined {
  const custom: Partial<LoggedInvocation> | undefined = clientContext?.custom;
  return custom?.executionId;
}
