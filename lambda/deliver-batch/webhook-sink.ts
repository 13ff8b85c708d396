import * as z from 'zod/mini';
import type { WebhookSinkSettings } from '../../contracts/functions/batch';
import { postJson, saidOf } from '../aws/sinks/http-post';
import { SinkSecret } from '../aws/sinks/sink-secret';
import { webhookId, webhookSecret, webhookSignature } from '../aws/sinks/webhook-signature';
import { tryParseJson } from '../domain/records/json';
import { deliverHalves, type RefusedRow, type RowSink, type SinkRow, type SinkRun } from './row-sink';

const answerSchema = z.object({
  refused: z.optional(z.array(z.object({ rowId: z.string(), reason: z.string() }))),
});

export interface WebhookSinkProps {
  readonly readSecret: () => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/**
 * Posts some rows in a request, signed as Standard Webhooks says: at least once. The `webhook-id` of a
 * request is the same each time, so that a receiver that keeps ids takes each request once. It may refuse
 * single rows with a success (`{"refused": [{"rowId", "reason"}]}`), or a request with 400, 413 or 422: then
 * each half of its rows comes alone.
 */
export class WebhookSink implements RowSink {
  readonly rowsPerCall: number;
  private readonly secret: SinkSecret<z.infer<typeof webhookSecret>>;

  constructor(
    settings: WebhookSinkSettings,
    private readonly props: WebhookSinkProps,
  ) {
    this.rowsPerCall = settings.rowsPerRequest;
    this.secret = new SinkSecret(webhookSecret, 'secret of the webhook', props.readSecret);
  }

  async deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]> {
    return deliverHalves(rows, (some) => this.post(some, run));
  }

  /** @returns rows that the receiver refuses of a request that it takes, or why it refuses the request */
  private async post(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[] | string> {
    const now = this.props.now();
    const { url, signingSecret } = await this.secret.at(now);
    const body = JSON.stringify({ ...run, rows: rows.map(({ fields }) => fields) });
    const headers = webhookSignature(body, idOf(rows, run), signingSecret, now);
    const answer = await postJson({ url, body, headers, who: 'webhook' }, this.props.fetch);
    return answer.isTaken ? refusedOf(rows, answer.text) : saidOf(answer);
  }
}

function refusedOf(rows: readonly SinkRow[], text: string): RefusedRow[] {
  // A receiver need not answer anything.
  const { data } = answerSchema.safeParse(tryParseJson(text));
  const reasons = new Map(data?.refused?.map(({ rowId, reason }) => [rowId, reason]));
  return rows.flatMap((row) => {
    const reason = reasons.get(row.rowId);
    return reason === undefined ? [] : [{ row, reason }];
  });
}

/** Of the rows that a request holds, whichever they are. */
function idOf(rows: readonly SinkRow[], { batch, run }: SinkRun): string {
  return webhookId([batch, run, ...rows.map(({ place }) => place)]);
}
