import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import type { WebhookSinkSettings } from '../../contracts/functions/batch';
import { parseDocument } from '../domain/records/document';
import {
  deliverHalves,
  type RefusedRow,
  type RowSink,
  type SinkRow,
  type SinkRun,
  SinkUnavailableError,
} from './row-sink';

/** Answers by which a receiver refuses the content of a request. */
const REFUSED = [400, 413, 422];
const TIMEOUT_MILLISECONDS = 60_000;
/** How long a secret is used before it is read again: a part may be hundreds of requests. */
const SECRET_MILLISECONDS = 10_000;

/** What the secret of a webhook holds. */
const webhookSecret = z.object({
  url: z.url({ protocol: /^https?$/ }),
  /** `whsec_` and the key in base64. */
  signingSecret: z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]+=*$/)),
});

const answerSchema = z.object({
  refused: z.optional(z.array(z.object({ rowId: z.string(), reason: z.string() }))),
});

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

export interface WebhookSinkProps {
  readonly readSecret: () => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/**
 * Posts some rows in a request, signed as Standard Webhooks says: at least once. The `webhook-id` of a request is the
 * same each time, so that a receiver that keeps ids takes each request once. It may refuse single rows with a success
 * (`{"refused": [{"rowId", "reason"}]}`), or a request with 400, 413 or 422: then each half of its rows comes alone.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export class WebhookSink implements RowSink {
  readonly rowsPerCall: number;
  private secret?: { readonly content: z.infer<typeof webhookSecret>; readonly readAt: number };

  constructor(
    settings: WebhookSinkSettings,
    private readonly props: WebhookSinkProps,
  ) {
    this.rowsPerCall = settings.rowsPerRequest;
  }

  async deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]> {
    return deliverHalves(rows, (some) => this.post(some, run));
  }

  /** @returns rows that the receiver refuses of a request that it takes, or why it refuses the request */
  private async post(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[] | string> {
    const now = this.props.now();
    const { url, signingSecret } = await this.secretAt(now);
    const body = JSON.stringify({ ...run, rows: rows.map(({ fields }) => fields) });
    const headers = signatureOf(body, idOf(rows, run), signingSecret, now);
    const { ok, status, text } = await this.send(url, body, headers);
    if (ok) return refusedOf(rows, text);
    const said = `${status} ${text.slice(0, 500)}`.trim();
    if (REFUSED.includes(status)) return said;
    throw new SinkUnavailableError(`the webhook ${new URL(url).host} answered ${said}`);
  }

  private async secretAt(now: Date): Promise<z.infer<typeof webhookSecret>> {
    const time = now.getTime();
    if (!this.secret || time - this.secret.readAt >= SECRET_MILLISECONDS) {
      const text = await this.props.readSecret();
      this.secret = { content: parseDocument(webhookSecret, text, 'secret of the webhook'), readAt: time };
    }
    return this.secret.content;
  }

  private async send(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
    try {
      const response = await this.props.fetch(url, {
        method: 'POST',
        body,
        // Most redirects lead to a GET without the rows: https://fetch.spec.whatwg.org/#http-redirect-fetch
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      });
      return { ok: response.ok, status: response.status, text: await response.text() };
    } catch (error) {
      throw new SinkUnavailableError(
        `the webhook ${new URL(url).host} did not answer: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
}

function refusedOf(rows: readonly SinkRow[], text: string): RefusedRow[] {
  const reasons = new Map(answerOf(text).refused?.map(({ rowId, reason }) => [rowId, reason]));
  return rows.flatMap((row) => {
    const reason = reasons.get(row.rowId);
    return reason === undefined ? [] : [{ row, reason }];
  });
}

/** A receiver need not answer anything. */
function answerOf(text: string): z.infer<typeof answerSchema> {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** Of the rows that a request holds, whichever they are. */
function idOf(rows: readonly SinkRow[], { batch, run }: SinkRun): string {
  const text = [batch, run, ...rows.map(({ place }) => place)].join(' ');
  return `msg_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function signatureOf(body: string, id: string, secret: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
