import * as z from 'zod/mini';

/** What CloudFormation asks of a custom resource. */
export type CloudFormationRequest = z.infer<typeof cloudFormationRequest>;

/** What a deploy may change that a release takes over. */
const properties = z.object({
  /** Hosting settings of the endpoint, as text. */
  Hosting: z.optional(z.string()),
  /** ARN of the published version of the function that serves. */
  FunctionVersion: z.optional(z.string()),
});

/** Schema of the request, as far as it matters here. */
export const cloudFormationRequest = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: properties,
  OldResourceProperties: z.optional(properties),
});

export type Outcome =
  | { readonly status: 'SUCCESS' }
  /** With what went wrong, which CloudFormation shows as the reason of the failure. */
  | { readonly status: 'FAILED'; readonly reason: string };

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
    Reason: outcome.status === 'FAILED' ? outcome.reason.slice(0, LONGEST_REASON) : undefined,
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
const LONGEST_REASON = 1_000;
