import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';

/** What the secret of a webhook holds. */
export const webhookSecret = z.object({
  url: z.url({ protocol: /^https?$/ }),
  /** `whsec_` and the key in base64. */
  signingSecret: z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]+=*$/)),
});

/** An id that is the same for the same content, so that a receiver that keeps ids takes it once. */
export function webhookId(parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32)}`;
}

/**
 * Headers that prove who has sent a request.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookSignature(
  body: string,
  id: string,
  signingSecret: string,
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(signingSecret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
