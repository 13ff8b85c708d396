import * as z from 'zod/mini';
import type { Problem } from '../../contracts/problem';
import type { MetricPublisher } from '../aws/metrics';
import type { ArtifactStore } from '../aws/store';
import type { WatchedModel, WatchedModelSource } from '../aws/watched-models/watched-model';
import { isLabel, noLabelInWords } from '../domain/metrics/problem';
import { type QualityFigure, qualityFigures } from '../domain/quality/quality-figures';
import {
  compareWithHoldout,
  type QualityComparison,
  type QualityPolicy,
} from '../domain/quality/quality-test';
import { checkDocument } from '../domain/records/document';
import { type Hour, hourBefore } from '../domain/records/hour';
import { readAnswers } from './read-answers';
import { labelFiles, readLabels } from './read-labels';

export interface QualityMonitorProps {
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly metrics: MetricPublisher;
  /** What labels are. */
  readonly problem: Problem;
  readonly policy: QualityPolicy;
  /** Hours before the event whose answers and labels count. */
  readonly windowHours: number;
}

/** What labels say of a model: the content of `quality.json`. */
export interface QualityReport {
  readonly version: 1;
  /** ISO 8601: the answers and labels that count. */
  readonly from: string;
  readonly until: string;
  /** Undefined if no model serves. */
  readonly modelVersion?: string;
  /** Rows with an answer and a label. */
  readonly labels: number;
  /**
   * Labels that could not be read, are empty, or have another number of values than their request has rows.
   */
  readonly unusable: number;
  /** Labels whose id is that of no request that was recorded in the window. */
  readonly unanswered: number;
  readonly firstProblem?: string;
  /** By name: the metrics that the rows allow. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The same with intervals; reports before version 0.2 do not have them. */
  readonly figures?: readonly QualityFigure[];
  /** Undefined with too few labels, or without an evaluation to compare with. */
  readonly comparison?: QualityComparison;
}

/**
 * Compares what a model answered with labels that have arrived, over a window up to the
 * last whole hour before a scheduled event, and with its own holdout. Everything is read again, so that
 * labels may be late, and the same event again gives the same result.
 */
export async function monitorQuality(event: unknown, props: QualityMonitorProps): Promise<QualityReport> {
  const { store, source, metrics: publisher, problem, policy, windowHours } = props;
  const last = hourBefore(new Date(checkDocument(scheduledEvent, event, 'scheduled event').time));
  const model = await source.find();
  const hours = hoursUntil(last, windowHours).filter(({ end }) => model && end > model.since);
  const range = { from: (hours[0] ?? last).start.toISOString(), until: last.end.toISOString() };
  if (!model) return { version: 1, ...range, labels: 0, unusable: 0, unanswered: 0, metrics: {} };
  const found = await labelledRows(props, model, hours);
  const figures = qualityFigures(found, problem, policy.metric);
  const holdout = await model.readHoldoutQuality(policy.metric.name);
  const comparison = holdout && compareWithHoldout(found, holdout, policy, problem);
  const { unusable, unanswered, firstProblem } = found;
  const report: QualityReport = {
    version: 1,
    ...range,
    modelVersion: model.modelVersion,
    labels: found.labels.length,
    unusable,
    unanswered,
    ...(firstProblem !== undefined && { firstProblem }),
    metrics: Object.fromEntries(figures.map(({ metric, value }) => [metric, value])),
    figures,
    ...(comparison && { comparison }),
  };
  const isWhole = model.since.getTime() <= Date.parse(range.from);
  const unusableShare = shareOfUnusable(found, isWhole);
  await publisher.publish(
    {
      ...cloudWatchMetrics(report),
      ...(unusableShare !== undefined && { UnusableLabelShare: unusableShare }),
    },
    last.end,
  );
  if (report.labels > 0 || unusable > 0 || unanswered > 0) {
    await store.writeJson(model.reportKey(last, 'quality.json'), report);
  }
  return report;
}

async function labelledRows(
  { store, problem }: Pick<QualityMonitorProps, 'store' | 'problem'>,
  model: WatchedModel,
  hours: readonly Hour[],
) {
  const files = await labelFiles(store, model, hours);
  const answers = new Map<string, { readonly values: readonly number[]; readonly hour: number }>();
  // Answers are not read for nothing where nobody sends labels.
  for (const [index, hour] of files.length > 0 ? hours.entries() : []) {
    for (const [id, values] of await readAnswers(store, model, hour))
      answers.set(id, { values, hour: index });
  }
  const labels: number[] = [];
  const predictions: number[] = [];
  const requests: number[] = [];
  const answeredIn: number[] = [];
  const labelled = new Set<string>();
  let [unusable, unanswered] = [0, 0];
  let unknownId: string | undefined;
  let firstProblem: string | undefined;
  const note = (count: number, problem: string) => {
    unusable += count;
    firstProblem ??= problem;
  };
  for await (const { id, values } of readLabels(store, files, note)) {
    // The first label of a request stands.
    if (labelled.has(id)) continue;
    const answered = answers.get(id);
    if (!answered) {
      unanswered++;
      unknownId ??= id;
      continue;
    }
    const rows = answered.values.length;
    if (rows !== values.length) {
      note(1, `request ${id} has ${rows} rows and ${values.length} labels`);
      continue;
    }
    const other = values.find((value) => !isLabel(problem, value));
    if (other !== undefined) {
      note(1, `request ${id} has the label ${other}, which is ${noLabelInWords(problem)}`);
      continue;
    }
    requests.push(...values.map(() => labelled.size));
    answeredIn.push(...values.map(() => answered.hour));
    labelled.add(id);
    labels.push(...values);
    predictions.push(...answered.values);
  }
  if (unknownId !== undefined && labelled.size === 0) {
    firstProblem ??= `no request is recorded for any of ${unanswered} labels, such as '${unknownId}': the id is the InferenceId that was sent with the request or, without one, its event id`;
  }
  return {
    labels: Float64Array.from(labels),
    predictions: Float64Array.from(predictions),
    requests: Uint32Array.from(requests),
    hours: Uint32Array.from(answeredIn),
    answered: labelled.size,
    unusable,
    unanswered,
    firstProblem,
  };
}

/**
 * Labels that cannot be used among all of them; undefined if there are none. Labels of requests that nobody
 * recorded are not at fault, for a share of the requests may be recorded, and others may be older than the
 * window or the version. They are if they are all that there is, in a window that the version has been in
 * production for.
 */
function shareOfUnusable(
  { answered, unusable, unanswered }: Awaited<ReturnType<typeof labelledRows>>,
  isWhole: boolean,
): number | undefined {
  if (answered === 0 && unanswered > 0) return isWhole ? 1 : undefined;
  const all = answered + unusable;
  return all === 0 ? undefined : unusable / all;
}

function cloudWatchMetrics({
  labels,
  unusable,
  unanswered,
  metrics,
  comparison,
}: QualityReport): Record<string, number> {
  return {
    LabelledAnswers: labels,
    UnusableLabels: unusable,
    UnansweredLabels: unanswered,
    ...Object.fromEntries(
      Object.entries(METRIC_NAMES).flatMap(([name, published]) => {
        const value = metrics[name];
        return value === undefined ? [] : [[published, value]];
      }),
    ),
    ...(comparison && { QualityDrop: comparison.drop, QualityFell: Number(comparison.hasFallen) }),
  };
}

/** Names in CloudWatch. */
const METRIC_NAMES = {
  auc: 'Auc',
  accuracy: 'Accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  macroF1: 'MacroF1',
  logLoss: 'LogLoss',
  mae: 'MeanAbsoluteError',
  rmse: 'RootMeanSquaredError',
  quantileLoss: 'QuantileLoss',
  cost: 'MeanCost',
};

/** Oldest first. */
function hoursUntil(last: Hour, count: number): Hour[] {
  const hours = [last];
  while (hours.length < count) hours.unshift(hourBefore((hours[0] as Hour).start));
  return hours;
}

const scheduledEvent = z.object({ time: z.iso.datetime() });
