import * as z from 'zod/mini';
import { modelVersionText } from './document';

/** A release that waits for a person, or the person's answer: the content of `approval.json`. */
export type Approval = z.infer<typeof approvalSchema>;

const answer = z.object({
  decision: z.enum(['approve', 'reject']),
  /** Who answered. */
  by: z.string(),
  comment: z.optional(z.string()),
  /** ISO 8601 in UTC. */
  time: z.iso.datetime(),
});

export const approvalSchema = z.object({
  version: z.literal(1),
  modelVersion: modelVersionText,
  /** What the workflow waits with. */
  token: z.string(),
  /** ISO 8601 in UTC. */
  askedAt: z.iso.datetime(),
  answer: z.optional(answer),
});

/** `approved by <who>: <comment>` */
export function answerInWords({ decision, by, comment }: NonNullable<Approval['answer']>): string {
  return `${decision === 'approve' ? 'approved' : 'rejected'} by ${by}${comment ? `: ${comment}` : ''}`;
}
