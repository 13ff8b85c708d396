import type { Problem } from '../../contracts/problem';
import { lastHourOf } from '../aws/last-hour';
import type { MetricPublisher } from '../aws/metrics';
import { pastReport } from '../aws/past-report';
import type { SinkQueues } from '../aws/sinks/sink-queues';
import type { ArtifactStore } from '../aws/store';
import type { AnsweringVersion, WatchedModel, WatchedModelSource } from '../aws/watched-models/watched-model';
import { calibrationCurve } from '../domain/gate/curves';
import { metricBySettings } from '../domain/metrics/metric-by-settings';
import { qualityPage } from '../domain/pages/quality/quality-page';
import { qualityRows } from '../domain/pages/quality/quality-rows';
import { completenessOf } from '../domain/quality/completeness';
import { type ConceptDriftDetector, conceptDriftOf } from '../domain/quality/concept-drift';
import { estimateQuality } from '../domain/quality/estimate-quality';
import { fairnessOf } from '../domain/quality/fairness';
import { fallenParts, judgeQuality, withSince } from '../domain/quality/judge-quality';
import { type Answer, type JoinedLabels, type LabelChoice, LabelJoin } from '../domain/quality/label-join';
import { effectiveRows, type LabelledRows } from '../domain/quality/labelled-rows';
import { type QualityDocument, qualityDocument } from '../domain/quality/quality-document';
import { qualityFigures } from '../domain/quality/quality-figures';
import type { QualityPolicy } from '../domain/quality/quality-test';
import { rowsAt } from '../domain/quality/row-slices';
import { type Hour, hourBefore, hoursUntil } from '../domain/records/hour';
import { jsonLines } from '../domain/records/json-lines';
import { IdSample } from '../domain/statistics/id-sample';
import { qualityMetrics } from './quality-metrics';
import type { AnswersProps } from './read-answers';
import { labelFiles, readLabels } from './read-labels';
import { windowAnswers } from './window-answers';

export interface QualityMonitorProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly metrics: MetricPublisher;
  readonly sinks: Pick<SinkQueues, 'tell'>;
  /** What labels are. */
  readonly problem: Problem;
  readonly policy: QualityPolicy;
  /** Which label of a request counts if there are several. */
  readonly labels: LabelChoice;
  /** Columns of the requests by whose values quality is reported. */
  readonly slices: readonly string[];
  /** Columns of the requests whose values are compared with each other. */
  readonly fairness: readonly string[];
  /** By what changes of the error rate are found. */
  readonly conceptDrift: ConceptDriftDetector;
  /** Hours before the event whose answers and labels count. */
  readonly windowHours: number;
}

/**
 * Compares what a model answered with labels that have arrived, over a window up to the
 * last whole hour before a scheduled event, and with its own holdout. Everything is read again, so that
 * labels may be late, and the same event again gives the same result.
 */
export async function monitorQuality(event: unknown, props: QualityMonitorProps): Promise<QualityDocument> {
  const { store, source, metrics: publisher, problem, policy, windowHours } = props;
  const last = lastHourOf(event);
  const model = await source.find();
  const hours = hoursUntil(last, windowHours).filter(({ end }) => model && end > model.since);
  const range = { from: (hours[0] ?? last).start.toISOString(), until: last.end.toISOString() };
  if (!model) return { version: 1, ...range, labels: 0, unusable: 0, unanswered: 0, metrics: {} };
  const features = await featuresOf(model, props);
  const columns = [...new Set([...props.slices, ...props.fairness])];
  const known = columns.filter((column) => features.includes(column));
  const unknownColumns = columns.filter((column) => !features.includes(column));
  const { joined, answers, ofChallenger } = await joinLabels(props, model, hours, {
    columns: known,
    features,
  });
  const { rows, unusable, unanswered, firstProblem } = joined;
  const figures = qualityFigures(rows, problem, policy.metric);
  const holdout = await model.readHoldoutQuality(policy.metric.name);
  const fairness = props.fairness
    .filter((column) => known.includes(column))
    .map((column) => fairnessOf(rows, column, known.indexOf(column), policy, problem));
  const { threshold } = metricBySettings(policy.metric);
  const conceptDrift = conceptDriftOf(rows, problem, {
    detector: props.conceptDrift,
    alpha: policy.alpha,
    threshold,
  });
  const estimated = estimateQuality(answers.allValues(), problem, threshold);
  const found: QualityDocument = {
    version: 1,
    ...range,
    modelVersion: model.modelVersion,
    variant: model.variant,
    labels: rows.labels.length,
    ...(rows.weights && { effectiveLabels: effectiveRows(rows) }),
    unusable,
    unanswered,
    ...(firstProblem !== undefined && { firstProblem }),
    completeness: completenessOf(joined),
    metrics: Object.fromEntries(figures.map(({ metric, value }) => [metric, value])),
    figures,
    ...judgeQuality(rows, holdout, policy, problem, known),
    ...(ofChallenger && { versions: versionsBeside(model, rows, ofChallenger, props, known) }),
    ...(unknownColumns.length > 0 && { unknownColumns }),
    ...(fairness.length > 0 && { fairness }),
    ...(conceptDrift && { conceptDrift }),
    ...(estimated && { estimated }),
  };
  const report = withSince(
    found,
    // If the previous report cannot be read, quality has fallen since now.
    fallenParts(found).length > 0
      ? await pastReport(store, model.reportKey(hourBefore(last.start), 'quality.json'), qualityDocument)
      : undefined,
  );
  const unusableShare = shareOfUnusable(joined, model.since.getTime() <= Date.parse(range.from));
  await publisher.publish(
    {
      ...qualityMetrics(report),
      ...(unusableShare !== undefined && { UnusableLabelShare: unusableShare }),
    },
    last.end,
  );
  if (report.labels > 0 || unusable > 0 || unanswered > 0 || estimated) {
    const key = model.reportKey(last, 'quality.json');
    await store.writeJson(key, report);
    const page = qualityPage(props.pipelineName, report, calibrationOf(rows, problem));
    await store.write(model.reportKey(last, 'quality.html'), page);
    await store.write(model.tableKey('quality', last), jsonLines(qualityRows(props.pipelineName, report)));
    await props.sinks.tell({ report: 'quality', key });
  }
  return report;
}

/** Undefined if answers are no probabilities of two classes, of rows that count alike. */
function calibrationOf({ labels, predictions, weights }: LabelledRows, { type }: Problem) {
  const areProbabilities = type === 'binary' && !weights && predictions.every((one) => one >= 0 && one <= 1);
  return areProbabilities && labels.length > 0 ? calibrationCurve(labels, predictions) : undefined;
}

/** Names of a request's columns, in their order; none if nothing is sliced. */
async function featuresOf(
  model: AnsweringVersion,
  { slices, fairness }: QualityMonitorProps,
): Promise<readonly string[]> {
  if (slices.length + fairness.length === 0) return [];
  return Object.keys((await model.readBaseline()).features);
}

async function joinLabels(
  props: QualityMonitorProps,
  model: WatchedModel,
  hours: readonly Hour[],
  read: Pick<AnswersProps, 'columns' | 'features'>,
): Promise<JoinedVersions> {
  const { store, problem, labels } = props;
  const files = await labelFiles(store, model, hours);
  // Where nobody sends labels, answers are read for an estimate alone.
  const answers =
    files.length > 0 || problem.type !== 'regression'
      ? await windowAnswers({ store, model, ...read }, hours)
      : new IdSample<Answer>(0);
  const { challenger } = model;
  if (!challenger || files.length === 0) {
    const join = new LabelJoin(answers, problem, labels);
    await readLabels(store, files, [join]);
    return { joined: join.result(), answers };
  }
  const since = hours.filter(({ end }) => end > challenger.since);
  const { columns } = read;
  // Of another major version, columns may be others, or have another order.
  const features = await featuresOf(challenger, props);
  const others = await windowAnswers({ store, model: challenger, columns, features }, since);
  const join = new LabelJoin(answers, problem, labels, others);
  const ofChallenger = new LabelJoin(others, problem, labels, answers);
  await readLabels(store, files, [join, ofChallenger]);
  return { joined: join.result(), answers, ofChallenger: ofChallenger.result() };
}

interface JoinedVersions {
  readonly joined: JoinedLabels;
  readonly answers: IdSample<Answer>;
  /** Of a version that is being released. */
  readonly ofChallenger?: JoinedLabels;
}

/** Both versions since the challenger has had requests: what they answered at the same time. */
function versionsBeside(
  champion: WatchedModel,
  rows: LabelledRows,
  { rows: ofChallenger }: JoinedLabels,
  props: QualityMonitorProps,
  columns: readonly string[],
): QualityDocument['versions'] {
  const challenger = champion.challenger as AnsweringVersion;
  const since = challenger.since.getTime();
  const times = [...(rows.times ?? [])];
  const meanwhile = rowsAt(
    rows,
    times.flatMap((time, place) => (time >= since ? [place] : [])),
  );
  const from = challenger.since.toISOString();
  return [
    { version: champion, rows: meanwhile },
    { version: challenger, rows: ofChallenger },
  ].map(({ version: { modelVersion, variant }, rows: some }) => ({
    modelVersion,
    variant,
    from,
    labels: some.labels.length,
    figures: qualityFigures(some, props.problem, props.policy.metric),
    ...judgeQuality(some, undefined, props.policy, props.problem, columns),
  }));
}

/**
 * Labels that cannot be used among all of them; undefined if there are none. Labels of requests that nobody
 * recorded are not at fault, for a share of the requests may be recorded, and others may be older than the
 * window or the version. They are if they are all that there is, in a window that the version has been in
 * production for.
 */
function shareOfUnusable(
  { labelled, unusable, unusableShare, unanswered }: JoinedLabels,
  isWhole: boolean,
): number | undefined {
  if (labelled === 0 && unanswered > 0) return isWhole ? 1 : undefined;
  return labelled + unusable === 0 ? undefined : unusableShare;
}
