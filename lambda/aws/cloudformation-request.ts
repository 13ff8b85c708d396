import * as z from 'zod/mini';
import { logger } from './logger';

/** What CloudFormation asks of a custom resource. */
export interface CloudFormationRequest<Properties = unknown> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string | undefined;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties | undefined;
}

/** Schema of the request, as far as it matters here. */
export function cloudFormationRequest<Properties>(properties: z.ZodMiniType<Properties>) {
  return z.object({
    RequestType: z.enum(['Create', 'Update', 'Delete']),
    ResponseURL: z.url(),
    StackId: z.string(),
    RequestId: z.string(),
    LogicalResourceId: z.string(),
    PhysicalResourceId: z.optional(z.string()),
    ResourceProperties: properties,
    OldResourceProperties: z.optional(properties),
  });
}

export type Outcome =
  /** With the resource's attributes. */
  | { readonly status: 'SUCCESS'; readonly data?: Readonly<Record<string, string>> | undefined }
  /** With what went wrong, which CloudFormation shows as the reason of the failure. */
  | { readonly status: 'FAILED'; readonly reason: string };

/** Serves a request. @param work gives the resource's attributes, if it has any */
export async function outcomeOf(
  work: () => Promise<Readonly<Record<string, string>> | undefined>,
): Promise<Outcome> {
  try {
    return { status: 'SUCCESS', data: await work() };
  } catch (error) {
    const { name, message } = error as Error;
    logger.error('the request could not be served', error as Error);
    return { status: 'FAILED', reason: `${name}: ${message}` };
  }
}

/**
 * Tells CloudFormation how a request ended.
 *
 * @throws Error if CloudFormation does not take the answer, so that Lambda tries the whole request again
 */
export async function answer(
  request: CloudFormationRequest,
  physicalResourceId: string,
  outcome: Outcome,
): Promise<void> {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = request;
  const body = {
    Status: outcome.status,
    ...(outcome.status === 'FAILED'
      ? { Reason: outcome.reason.slice(0, LONGEST_REASON) }
      : { Data: outcome.data }),
    PhysicalResourceId: physicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
  };
  const response = await fetch(ResponseURL, {
    method: 'PUT',
    // Bytes: text would get a content type, for which the URL is not signed.
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
  if (!response.ok) {
    throw new Error(`CloudFormation did not take the answer: ${response.status} ${await response.text()}`);
  }
}

/** An answer may have 4,096 bytes in all. */
const LONGEST_REASON = 1_500;
