import * as z from 'zod/mini';
import type { LedgerStore } from '../aws/ledger-store';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { driftHeatMap, type HourOfDrift } from '../domain/pages/dashboard/drift-heat-map';
import { versionsWidget } from '../domain/pages/dashboard/versions-widget';
import { type Markup, markup } from '../domain/pages/markup';
import { hourlyReportKey, hourPath } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { driftDocument } from '../domain/traffic/drift-document';

export interface DrawWidgetProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly ledger: Pick<LedgerStore, 'newest'>;
  readonly store: Pick<ArtifactStore, 'tryReadText'>;
  readonly now: () => Date;
}

const LATEST_DECISIONS = 5;
const HOURS = 24;
const HOUR = 3_600_000;

/**
 * Draws a custom widget of the dashboard.
 *
 * @returns HTML, or Markdown if CloudWatch asks for a description
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export async function drawWidget(event: unknown, props: DrawWidgetProps): Promise<string> {
  const { describe, widget } = checkDocument(widgetRequest, event, 'request for a widget');
  if (describe) return DESCRIPTION;
  return `${widget === 'versions' ? await versions(props) : await drift(props)}`;
}

async function versions({ routing, ledger }: DrawWidgetProps): Promise<Markup> {
  const [document, records] = await Promise.all([routing.read(), ledger.newest(LATEST_DECISIONS)]);
  return versionsWidget(document, records.flatMap(({ entry }) => entry ?? []).reverse());
}

async function drift({ routing, store, now }: DrawWidgetProps): Promise<Markup> {
  const { production } = await routing.read();
  if (!production) return markup`<p>Nothing has been released yet.</p>`;
  const thisHour = Math.floor(now().getTime() / HOUR) * HOUR;
  const starts = Array.from({ length: HOURS }, (_, index) => new Date(thisHour - (HOURS - index) * HOUR));
  const hours = await Promise.all(
    starts.map(async (start): Promise<HourOfDrift> => {
      const text = await store.tryReadText(
        hourlyReportKey(production.variant, hourPath(start), 'drift.json'),
      );
      const document = text === undefined ? undefined : driftDocument.parse(JSON.parse(text));
      return { until: new Date(start.getTime() + HOUR), document };
    }),
  );
  return driftHeatMap(hours);
}

const DESCRIPTION = `### Widgets of a model pipeline
- \`widget: versions\`: which versions answer requests, their shares of the traffic, and the latest decisions.
- \`widget: drift\`: how far each feature was from its references in each of the last ${HOURS} hours.`;

const widgetRequest = z.object({
  describe: z.optional(z.boolean()),
  widget: z._default(z.enum(['versions', 'drift']), 'versions'),
});
