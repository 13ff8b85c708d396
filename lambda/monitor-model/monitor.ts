import type { AnsweredRequests } from '../aws/answered-requests';
import { lastHourOf } from '../aws/last-hour';
import type { MetricPublisher } from '../aws/metrics';
import { pastReport } from '../aws/past-report';
import type { SinkQueues } from '../aws/sinks/sink-queues';
import type { ArtifactStore } from '../aws/store';
import type { WatchedModel, WatchedModelSource } from '../aws/watched-models/watched-model';
import { driftDocumentPage } from '../domain/pages/drift/drift-document-page';
import { driftRows } from '../domain/pages/drift/drift-rows';
import { type Hour, hourBefore } from '../domain/records/hour';
import { jsonLines } from '../domain/records/json-lines';
import { driftDocument, hadDrifted } from '../domain/traffic/drift-document';
import { compareTraffic, type DriftPlan } from './compare-traffic';
import type { ReadTraffic } from './compared-window';
import { reportDrift } from './drift-document';
import { type DriftMetrics, driftMetrics } from './drift-metrics';
import { GroupedHours, type GroupedHoursProps } from './grouped-hours';
import { NotProfiledYet } from './not-profiled-yet';
import { planOfInputs } from './plan-of-inputs';
import { TrafficHistory } from './traffic-history';
import { unrecordedRequests } from './unrecorded-requests';

export interface MonitorProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly metrics: MetricPublisher;
  readonly requests: Pick<AnsweredRequests, 'count'>;
  readonly plan: DriftPlan;
  readonly sinks: Pick<SinkQueues, 'tell'>;
  readonly groups: Pick<GroupedHoursProps, 'storeOf' | 'start' | 'size'>;
  /** Whether the workflow has ended that profiles the hour in groups of files. @default false */
  readonly isAfterGroups?: boolean;
}

/** What was found in an hour. */
export interface MonitoredHour {
  /** ISO 8601, the end of the hour. */
  readonly until: string;
  /** Undefined if no model serves. */
  readonly modelVersion?: string;
  /** Why nothing is measured yet: the end of a workflow invokes the monitor again. */
  readonly pending?: string;
  /** Undefined if there is nothing to compare with, too. */
  readonly metrics?: DriftMetrics;
}

/**
 * Watches a model at a scheduled event: profiles what was recorded in the last whole hour, compares the
 * windows that end with it with their references, and keeps and publishes both. The same event again gives
 * the same result.
 */
export async function monitor(event: unknown, props: MonitorProps): Promise<MonitoredHour> {
  const { pipelineName, store, source, metrics: publisher, requests, sinks } = props;
  const hour = lastHourOf(event);
  const until = hour.end.toISOString();
  const model = await source.find();
  if (!model) return { until };
  const { modelVersion, variant, since } = model;
  const baseline = await model.readBaseline();
  // A version that was registered without a sample of rows has nothing that traffic could be compared with.
  if (Object.keys(baseline.features).length === 0) return { until, modelVersion };
  const plan = planOfInputs(props.plan, baseline.inputs);
  const groupedHours = new GroupedHours({
    ...props.groups,
    store,
    invokedFor: hour,
    hasEnded: props.isAfterGroups ?? false,
  });
  const history = new TrafficHistory(store, model, baseline, groupedHours);
  const found = await history.add(hour).catch((error: unknown) => {
    if (error instanceof NotProfiledYet) return error;
    throw error;
  });
  if (found instanceof NotProfiledYet) return { until, modelVersion, pending: found.message };
  const unrecorded = await unrecordedRequests(model, hour, found.records, requests);
  const last = { ...found, hour, ...(unrecorded !== undefined && { unrecorded }) };
  const read: ReadTraffic = (end, hours) => history.read(end, hours);
  const hasDrifted = async (end: Hour, hours: number) => {
    const document = await readDocument(store, model, end);
    return document?.modelVersion === modelVersion && hadDrifted(document, hours);
  };
  const comparisons = await compareTraffic(plan, { baseline, since, last: hour, read, hasDrifted });
  const previous = await readDocument(store, model, hourBefore(hour.start));
  const { ignoredFeatures } = plan;
  const document = reportDrift(comparisons, last, {
    modelVersion,
    variant,
    ignoredFeatures,
    ...(found.rejected.length > 0 && { rejectedRecords: model.rejectedKey(hour) }),
    ...(previous && { previous }),
  });
  const rows = Math.max(...comparisons.map(({ report }) => report.rows));
  const hasTraffic = last.records + rows + (unrecorded ?? 0) > 0;
  if (hasTraffic) {
    await store.writeJson(model.reportKey(hour, 'drift.json'), document);
    if (found.rejected.length > 0) {
      await store.write(
        model.rejectedKey(hour),
        found.rejected.map((one) => `${JSON.stringify(one)}\n`).join(''),
      );
    }
  }
  const metrics = driftMetrics(hasTraffic ? document : undefined, last);
  await publisher.publish(metrics, hour.end);
  if (hasTraffic) {
    await store.write(model.tableKey('drift', hour), jsonLines(driftRows(pipelineName, document)));
    const page = driftDocumentPage(document, comparisons);
    await store.write(model.reportKey(hour, 'drift.html'), page);
    // At last: what a sink gets is there already.
    await sinks.tell({ report: 'drift', key: model.reportKey(hour, 'drift.json') });
  }
  return { until, modelVersion, metrics };
}

/** What was found in an hour of the past: if it cannot be read, nothing was, and features drift since now. */
function readDocument(store: ArtifactStore, model: WatchedModel, hour: Hour) {
  return pastReport(store, model.reportKey(hour, 'drift.json'), driftDocument);
}
