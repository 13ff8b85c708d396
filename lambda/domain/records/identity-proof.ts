import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/**
 * Who gives an answer, proven: the signature of a request `sts:GetCallerIdentity` that its signer did not
 * send. Whoever holds it learns from STS who signed it, and can do nothing else with it.
 *
 * The request is signed with the header {@link ANSWER_HEADER}, so the proof holds for one answer to one
 * question only.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: needs no permission,
 * and no policy denies it
 * @see https://developer.hashicorp.com/vault/docs/auth/aws: "IAM auth method", the same with the header
 * `X-Vault-AWS-IAM-Server-ID`
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator: the same with the header `x-k8s-aws-id`
 */
export type IdentityProof = z.infer<typeof identityProof>;

/** Nothing of the request but its signature is taken from outside: see {@link identityRequest}. */
export const identityProof = z.strictObject({
  /** The host that it is signed for. */
  host: z.string(),
  /** The header `x-amz-date`. */
  date: z.string(),
  /** The header `authorization`. */
  authorization: z.string(),
  /** The header `x-amz-security-token`, of temporary credentials. */
  sessionToken: z.optional(z.string()),
});

export const ANSWER_HEADER = 'x-model-pipeline-answer';

/** The answer that a proof holds for. */
export interface ProvenAnswer {
  /** `s3://` URI of the question, which is that of one release or retraining of one pipeline. */
  readonly question: string;
  /** When it was asked, ISO 8601 in UTC: a retraining may ask again. */
  readonly askedAt: string;
  readonly modelVersion: string;
  readonly decision: 'approve' | 'reject';
  readonly comment?: string;
}

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** The body of the request, and what of its headers the signer does not add. */
export function identityRequest(answer: ProvenAnswer) {
  const { question, askedAt, modelVersion, decision, comment = null } = answer;
  const digest = sha256(JSON.stringify([question, askedAt, modelVersion, decision, comment]));
  return {
    body: BODY,
    headers: { 'content-type': 'application/x-www-form-urlencoded', [ANSWER_HEADER]: digest },
  };
}

/** The same headers with the signature. */
export function signedHeaders(answer: ProvenAnswer, proof: IdentityProof): Record<string, string> {
  const { host, date, authorization, sessionToken } = proof;
  return {
    ...identityRequest(answer).headers,
    host,
    'x-amz-date': date,
    'x-amz-content-sha256': sha256(BODY),
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    authorization,
  };
}

/**
 * Headers that must be signed and are not. STS verifies only those that the signature names: once, so that it
 * cannot read another list than is read here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function unsignedHeaders({ authorization }: IdentityProof): string[] {
  const signed = AUTHORIZATION.exec(authorization)?.[1]?.split(';') ?? [];
  return ['host', ANSWER_HEADER].filter((name) => !signed.includes(name));
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[\w/-]+, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
