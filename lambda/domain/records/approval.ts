import * as z from 'zod/mini';
import { modelVersionText } from './document';
import { identityProof } from './identity-proof';

/**
 * A question for a person that a workflow waits with, and the person's answer: the content of
 * `approval.json`.
 */
export type Approval = z.infer<typeof approvalSchema>;
export type ApprovalAnswer = z.infer<typeof answer>;
export type AnswerRequest = z.infer<typeof answerRequest>;

const given = {
  decision: z.enum(['approve', 'reject']),
  comment: z.optional(z.string()),
};

const answer = z.object({
  ...given,
  /** Who answered, as STS says: the ARN of a user or of the session of a role. */
  by: z.string().check(z.minLength(1)),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
});

/** What a person answers. Strict, since a misspelt field must approve nothing. */
export const answerRequest = z.strictObject({
  ...given,
  /** The version that is meant, if given. */
  modelVersion: z.optional(modelVersionText),
  /** Of who answers. */
  proof: identityProof,
});

export const approvalSchema = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  /**
   * The version in production when it was asked, null if there was none; of releases it is in the routing
   * document.
   */
  champion: z.nullish(modelVersionText),
  /** What the workflow waits with. */
  token: z.string(),
  /** ISO 8601 in UTC. */
  askedAt: z.iso.datetime(),
  answer: z.optional(answer),
});

/** `approved by <who>: <comment>` */
export function answerInWords({ decision, by, comment }: ApprovalAnswer): string {
  return `${decision === 'approve' ? 'approved' : 'rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
}
