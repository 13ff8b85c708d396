import * as z from 'zod/mini';
import type { LedgerStore } from '../aws/ledger-store';
import { pastReport } from '../aws/past-report';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { driftHeatMap, type HourOfDrift } from '../domain/pages/dashboard/drift-heat-map';
import { versionsWidget } from '../domain/pages/dashboard/versions-widget';
import { type Markup, markup } from '../domain/pages/markup';
import { hourlyReportKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { hourBefore, hoursUntil } from '../domain/records/hour';
import { driftDocument } from '../domain/traffic/drift-document';

export interface DrawWidgetProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly ledger: Pick<LedgerStore, 'newest'>;
  readonly store: Pick<ArtifactStore, 'tryReadJson'>;
  readonly now: () => Date;
}

const LATEST_DECISIONS = 5;
const HOURS = 24;

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
  const { variant } = production;
  const hours = await Promise.all(
    hoursUntil(hourBefore(now()), HOURS).map(async ({ end, path }): Promise<HourOfDrift> => {
      const key = hourlyReportKey(variant, path, 'drift.json');
      return { until: end, document: await pastReport(store, key, driftDocument) };
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
