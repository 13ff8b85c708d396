import type * as z from 'zod/mini';
import { postJson, saidOf } from '../aws/sinks/http-post';
import { SinkSecret } from '../aws/sinks/sink-secret';
import { webhookId, webhookSecret, webhookSignature } from '../aws/sinks/webhook-signature';
import { type MonitorReport, partsOf } from './monitor-report';
import { type MonitorSink, ReportRefusedError } from './monitor-sink';

export interface HttpSinkProps {
  readonly readSecret: () => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/**
 * Posts the rows of a report, signed as Standard Webhooks says. The `webhook-id` of a request is the same
 * each time, so that a receiver that keeps ids takes it once.
 */
export class WebhookSink implements MonitorSink {
  private readonly secret: SinkSecret<z.infer<typeof webhookSecret>>;

  constructor(private readonly props: HttpSinkProps) {
    this.secret = new SinkSecret(webhookSecret, 'secret of the webhook', props.readSecret);
  }

  async deliver(report: MonitorReport): Promise<void> {
    for (const [part, content] of partsOf(report).entries()) {
      const now = this.props.now();
      const { url, signingSecret } = await this.secret.at(now);
      const body = JSON.stringify({ version: 1, ...content });
      const headers = webhookSignature(body, webhookId([report.id, String(part)]), signingSecret, now);
      const answer = await postJson({ url, body, headers, who: 'webhook' }, this.props.fetch);
      if (!answer.isTaken)
        throw new ReportRefusedError(`the webhook refuses ${report.id}: ${saidOf(answer)}`);
    }
  }
}
