import * as z from 'zod/mini';
import type { MetricPublisher } from '../aws/metrics';
import { readBelow } from '../aws/read-ahead';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { baselineSchema } from '../domain/baseline';
import { capturePrefix, modelKey } from '../domain/bucket-layout';
import { checkDocument } from '../domain/document';
import type { DriftPolicy } from '../domain/drift';
import { hourBefore } from '../domain/hour';
import type { DriftMetrics } from './drift-metrics';
import { monitorHour } from './monitor-hour';

export interface MonitorProps {
  readonly store: ArtifactStore;
  readonly routing: RoutingStore;
  readonly metrics: MetricPublisher;
  readonly policy: Partial<DriftPolicy>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
}

/** What was found in an hour. */
export interface MonitoredHour {
  /** ISO 8601, the end of the hour. */
  readonly until: string;
  /** Undefined if nothing was in production. */
  readonly modelVersion?: string;
  readonly metrics?: DriftMetrics;
}

/**
 * Watches the last whole hour before a scheduled event: profiles what was recorded of the version in production, measures
 * its drift from the training data, and keeps and publishes both. The same event again gives the same result.
 */
export async function monitor(event: unknown, props: MonitorProps): Promise<MonitoredHour> {
  const { store, routing, metrics: publisher, policy, ignoredFeatures } = props;
  const hour = hourBefore(new Date(checkDocument(scheduledEvent, event, 'scheduled event').time));
  const until = hour.end.toISOString();
  const { endpointName, production } = await routing.read();
  if (!production) return { until };
  const { modelVersion, variant } = production;
  const baseline = await store.readJson(modelKey(modelVersion, 'baseline.json'), baselineSchema);
  const report = await monitorHour(readBelow(store, capturePrefix(endpointName, variant, hour.path)), {
    modelVersion,
    variant,
    hour,
    baseline,
    columns: Object.keys(baseline.features),
    since: new Date(production.since),
    policy,
    ignoredFeatures,
  });
  const metrics = report?.metrics ?? { MonitoredRows: 0 };
  if (report) {
    const folder = `profiles/${variant}/${hour.path}`;
    await store.writeJson(`${folder}/profile.json`, report.profile);
    await store.writeJson(`${folder}/drift.json`, report.drift);
  }
  await publisher.publish(metrics, hour.end);
  return { until, modelVersion, metrics };
}

const scheduledEvent = z.object({ time: z.iso.datetime() });
