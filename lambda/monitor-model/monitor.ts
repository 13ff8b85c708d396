import * as z from 'zod/mini';
import { logger } from '../aws/logger';
import type { MetricPublisher } from '../aws/metrics';
import type { ArtifactStore } from '../aws/store';
import type { WatchedModel, WatchedModelSource } from '../aws/watched-models/watched-model';
import { driftDocumentPage } from '../domain/pages/drift/drift-document-page';
import { checkDocument } from '../domain/records/document';
import { type Hour, hourBefore } from '../domain/records/hour';
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from '../domain/traffic/drift';
import { driftDocument } from '../domain/traffic/drift-document';
import type { DriftWindowPolicy } from '../domain/traffic/drift-window';
import { reportDrift } from './drift-document';
import type { DriftMetrics } from './drift-metrics';
import { driftWindow } from './drift-window';
import { HourProfiles } from './hour-profiles';

export interface MonitorProps {
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly metrics: MetricPublisher;
  readonly policy: Partial<DriftPolicy>;
  /** Hours that are compared with the training data. */
  readonly window: Pick<DriftWindowPolicy, 'hours' | 'maximumHours'>;
  /** Features that are profiled and not tested. */
  readonly ignoredFeatures: readonly string[];
}

/** What was found in an hour. */
export interface MonitoredHour {
  /** ISO 8601, the end of the hour. */
  readonly until: string;
  /** Undefined if no model serves. */
  readonly modelVersion?: string;
  /** Undefined if there is nothing to compare with, too. */
  readonly metrics?: DriftMetrics;
}

/**
 * Watches a model at a scheduled event: profiles what was recorded in the last whole hour,
 * compares the window that ends with it with the training data, and keeps and publishes both. The same event
 * again gives the same result.
 */
export async function monitor(event: unknown, props: MonitorProps): Promise<MonitoredHour> {
  const { store, source, metrics: publisher, policy, ignoredFeatures } = props;
  const hour = hourBefore(new Date(checkDocument(scheduledEvent, event, 'scheduled event').time));
  const until = hour.end.toISOString();
  const model = await source.find();
  if (!model) return { until };
  const { modelVersion, variant, since } = model;
  const baseline = await model.readBaseline();
  // A version that was registered without a sample of rows has nothing that traffic could be compared with.
  if (Object.keys(baseline.features).length === 0) return { until, modelVersion };
  const hours = new HourProfiles(store, model, baseline);
  const last = { hour, ...(await hours.profile(hour)) };
  const { minimumRows = DEFAULT_DRIFT_POLICY.minimumRows } = policy;
  const window = await driftWindow(last, since, { ...props.window, minimumRows }, (one) => hours.read(one));
  const previous = await readPrevious(store, model, hour);
  const { document, metrics } = reportDrift(window, last, {
    modelVersion,
    variant,
    baseline,
    policy,
    ignoredFeatures,
    ...(previous && { previous }),
  });
  const hasTraffic = last.records > 0 || window.profile.rows > 0;
  if (hasTraffic) {
    await store.writeJson(model.reportKey(hour, 'drift.json'), document);
  }
  await publisher.publish(metrics, hour.end);
  if (hasTraffic) {
    const page = driftDocumentPage(document, { reference: baseline, window: window.profile });
    await store.write(model.reportKey(hour, 'drift.html'), page);
  }
  return { until, modelVersion, metrics };
}

/** Says since when features have drifted: if it cannot be read, they have since now. */
async function readPrevious(store: ArtifactStore, model: WatchedModel, hour: Hour) {
  const key = model.reportKey(hourBefore(hour.start), 'drift.json');
  return store.tryReadJson(key, driftDocument).catch((error: Error) => {
    logger.warn(`${key} could not be read`, error);
    return undefined;
  });
}

const scheduledEvent = z.object({ time: z.iso.datetime() });
