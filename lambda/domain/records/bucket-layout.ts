/** Key of the runbook. */
export function runbookKey(format: 'html' | 'md'): string {
  return `runbook/runbook.${format}`;
}

/** Where labeled data land. */
export const TRAINING_DATA = 'training-data/';

/** Key of a request to an asynchronous endpoint. */
export function asyncRequestKey(name: string): string {
  return `asynchronous/requests/${name}`;
}

/** Prefix of what a run of a batch reads from itself and writes. */
export function batchRunPrefix(batch: string, run: string): string {
  return `batch/${batch}/${run}/`;
}

/** Key of a document of a batch's run. */
export function batchRunKey(batch: string, run: string, file: 'plan.json' | 'manifest.json'): string {
  return `${batchRunPrefix(batch, run)}${file}`;
}

/** Key of what a Spark job scores a run with: the version's graph, and how to fill it. */
export function batchScoringKey(
  batch: string,
  run: string,
  modelVersion: string,
  file: 'scoring' | 'model',
): string {
  return `${batchRunPrefix(batch, run)}${file}-${modelVersion}.${file === 'model' ? 'onnx' : 'json'}`;
}

/** Key of a list of parts, of which the plan names the one that counts. @param id that no other list has */
export function batchPartsKey(batch: string, run: string, id: string): string {
  return `${batchRunPrefix(batch, run)}parts-${id}.json`;
}

/** Prefix of what became of the parts of a run. */
export function batchResultsPrefix(batch: string, run: string): string {
  return `${batchRunPrefix(batch, run)}results/`;
}

/** Key of a file of one part of a run. @param part from 0 */
export function batchPartKey(
  batch: string,
  run: string,
  part: number,
  file: 'results' | 'output' | 'errors' | 'profiles' | 'prepared' | 'scores',
  ending: string,
): string {
  return `${batchRunPrefix(batch, run)}${file}/${partName(part)}.${ending}`;
}

/** Prefix of what became of a run's parts in a sink. */
export function batchDeliveriesPrefix(batch: string, run: string, sink: string): string {
  return `${batchRunPrefix(batch, run)}delivered/${sink}/`;
}

/** Key of what became of a part in a sink. */
export function batchDeliveryKey(batch: string, run: string, sink: string, part: number): string {
  return `${batchDeliveriesPrefix(batch, run, sink)}${partName(part)}.json`;
}

/** Key of the rows of a part that a sink refuses. */
export function batchRefusedKey(batch: string, run: string, sink: string, part: number): string {
  return `${batchRunPrefix(batch, run)}refused/${sink}/${partName(part)}.jsonl`;
}

function partName(part: number): string {
  return `part-${String(part).padStart(5, '0')}`;
}

/** Prefix of archives and samples that are uploaded for registration. */
export const UPLOADS = 'uploads/';

/**
 * Key of rows that came with a model: the same rows have the same key, so that the evaluations on a holdout
 * can be counted.
 *
 * @param sha256 of the file, in hexadecimal digits
 * @param ending of the file's name, by which it is read
 */
export function registeredRowsKey(
  rows: 'sample' | 'holdout' | 'requests',
  sha256: string,
  ending: string,
): string {
  return `datasets/registered/${sha256}/${rows}.${ending}`;
}

/**
 * Key of what tells who registers a model package that somebody else put into the registry.
 *
 * @param number of the package in its group
 * @param created when the package was created: another group of the same name counts from 1 again
 */
export function modelPackageKey(number: number, created: Date): string {
  return `datasets/registered/packages/${number}-${created.getTime()}.json`;
}

/** Prefix of the rows that a version is compared with which was trained elsewhere: its sample or holdout. */
export function baselineRowsPrefix(dataVersion: string): string {
  return `datasets/${dataVersion}/baseline/`;
}

/** Key of the manifest of a snapshot. */
export function manifestKey(dataVersion: string): string {
  return `datasets/${dataVersion}/manifest`;
}

/** Key of what was found in a snapshot. */
export function validationKey(dataVersion: string): string {
  return `datasets/${dataVersion}/validation.json`;
}

/** Key of what tells which snapshot is the latest. */
export const LATEST_SNAPSHOT = 'datasets/latest.json';

/** Prefix of what is known of a pipeline's retrainings. */
export const RETRAININGS = 'retraining/';

/** Key of what has asked for retrainings, and what was started. @param prefix of the trigger's records */
export function retrainingQueueKey(prefix: string): string {
  return `${prefix}queue.json`;
}

/** Key of what tells how a snapshot was split. */
export function splitKey(dataVersion: string): string {
  return `datasets/${dataVersion}/split.json`;
}

/**
 * Prefix of the files that train. Each way of splitting has its own, lest a training finds rows of a later
 * holdout.
 */
export function trainPrefix(dataVersion: string, split: string): string {
  return `datasets/${dataVersion}/train/${split}/`;
}

/**
 * Key of the features of the holdout, without a header, of its labels, one a line, or of the columns that it
 * is judged by.
 */
export function holdoutKey(dataVersion: string, file: 'features' | 'labels' | 'columns'): string {
  return `datasets/${dataVersion}/holdout/${file}.csv`;
}

/** Version of a model whose artifact has a URI; undefined if it is no version's. */
export function versionOfArtifact(uri: string): string | undefined {
  return /\/models\/(\d+\.\d+\.\d+)\/model\.tar\.gz$/.exec(uri)?.[1];
}

/**
 * Key of a routing document that could not be read, kept when another took its place.
 * @param time ISO 8601 in UTC
 */
export function unreadableRoutingKey(time: string): string {
  return `routing/unreadable-${time.replaceAll(':', '-')}.txt`;
}

/** Prefix of what tells how often a holdout was used to judge. */
export function evaluationsPrefix(dataVersion: string): string {
  return `datasets/${dataVersion}/evaluations/`;
}

/** Key of the first rows of the holdout's features, for smoke tests. */
export function samplesKey(dataVersion: string): string {
  return `datasets/${dataVersion}/samples.csv`;
}

/** Key of the first requests that came with a model, for smoke tests: a body in JSON on each line. */
export function sampleRequestsKey(dataVersion: string): string {
  return `datasets/${dataVersion}/samples.jsonl`;
}

/** Key of a file that belongs to a model version. */
export function modelKey(modelVersion: string, file: ModelFile): string {
  return `models/${modelVersion}/${file}`;
}

/**
 * Key of a file that tells how a version was judged against one champion, or as the first. A version is
 * judged once more when another one took production meanwhile: each evaluation keeps its files, and {@link
 * modelKey} names the newest.
 *
 * @param champion null if nothing was in production
 */
export function evaluationKey(modelVersion: string, champion: string | null, file: EvaluationFile): string {
  return `models/${modelVersion}/evaluations/${champion ?? 'none'}/${file}`;
}

/**
 * Prefix of what trainings of a version leave: scripts of the user write here, and nothing but a check leads
 * on from here.
 */
export function trainingOutputPrefix(modelVersion: string): string {
  return `training-output/${modelVersion}/`;
}

/** Key of the document that names the release in progress. */
export const RELEASE_CLAIM = 'releases/current.json';

/** Prefix of what each evaluation of a release showed. */
export function looksPrefix(releaseId: string): string {
  return `releases/${releaseId}/looks/`;
}

/** Key of what an evaluation of a release showed. */
export function lookKey(releaseId: string, time: Date): string {
  return `${looksPrefix(releaseId)}${time.toISOString().replaceAll(':', '-')}.json`;
}

/** Key of a release's report. */
export function reportKey(releaseId: string, format: 'json' | 'html'): string {
  return `releases/${releaseId}/report.${format}`;
}

/** Prefix of what tells how the end of an execution was recorded. @param about its ARN, or what else asked */
export function recordedPrefix(about: string): string {
  // The last two parts of an execution's ARN are its state machine and its name, which no other execution
  // has.
  return `recorded/${about.split(':').slice(-2).join('/')}/`;
}

/** Key of what tells which number of the ledger the entry of a kind has. */
export function recordedKey(about: string, kind: string): string {
  return `${recordedPrefix(about)}${kind}.json`;
}

/** The kind in such a key, undefined if it is another key. */
export function kindOfRecordedKey(about: string, key: string): string | undefined {
  return /^([a-z]+)\.json$/.exec(key.slice(recordedPrefix(about).length))?.[1];
}

/**
 * Key of what tells that people, or other systems, were notified.
 * @param notice the event's type, and what tells it from others
 */
export function notifiedKey(about: string, notice: string, who: 'people' | 'systems'): string {
  return `${recordedPrefix(about)}${notice}/${who}.json`;
}

/** Key of the question whether a release may go on, and its answer. */
export function approvalKey(releaseId: string): string {
  return `releases/${releaseId}/approval.json`;
}

/** Key of the question whether the challenger of a retraining may be released, and its answer. */
export function challengerApprovalKey(executionName: string): string {
  return `retraining/${executionName}/approval.json`;
}

/** Key of what the latest evaluation at a shadow showed. */
export function shadowKey(releaseId: string): string {
  return `releases/${releaseId}/shadow.json`;
}

/** Key of what is known of the answers of a shadow and its champion. */
export function shadowAnswersKey(releaseId: string): string {
  return `releases/${releaseId}/shadow-answers.json`;
}

/** Key of what is known of the labels of requests that a shadow and its champion answered. */
export function shadowLabelsKey(releaseId: string): string {
  return `releases/${releaseId}/shadow-labels.json`;
}

/** Key of what is known of the answers of both versions of a release. */
export function releasePredictionsKey(releaseId: string): string {
  return `releases/${releaseId}/predictions.json`;
}

/** Key of what is known of the answers of a release and their labels. */
export function releaseLabelsKey(releaseId: string): string {
  return `releases/${releaseId}/labels.json`;
}

/** Key of what a version answered in an hour, by request: labels are compared with it for days. */
export function answersKey(modelVersion: string, hour: string): string {
  return `answers/${modelVersion}/${hour}.json`;
}

/**
 * Key of recorded requests of an hour that cannot be read: beside the answers, which are kept as long as
 * captures.
 */
export function rejectedKey(modelVersion: string, hour: string): string {
  return `answers/${modelVersion}/${hour}-rejected.jsonl`;
}

/**
 * Key of what plans how the recorded requests of an hour are profiled in groups; what becomes of them is
 * beside it. Beside the answers, since they are needed as long as captures.
 *
 * @param id that no other plan has
 */
export function capturePlanKey(modelVersion: string, hour: string, id: string): string {
  return `answers/${modelVersion}/${hour}-groups/${id}/plan.json`;
}

/** Key of a report on an hour of a variant's traffic. @param hour as {@link hourPath} */
export function hourlyReportKey(variant: string, hour: string, report: HourlyReport): string {
  return `profiles/${variant}/${hour}/${report}`;
}

/**
 * Key of an hour's rows in a table, below a prefix of reports. Its folders are those of Hive's partitions, by
 * day.
 * @param source that no other writer of the table has, such as the variant
 * @param hour as {@link hourPath}
 */
export function reportTableKey(table: ReportTable, source: string, hour: string): string {
  const [year, month, day, hh] = hour.split('/');
  return `profiles/${table}-table/day=${year}-${month}-${day}/${hh}-${source}.jsonl`;
}

/** Prefix of what was recorded of a variant in an hour, as SageMaker's data capture files it. */
export function capturePrefix(source: string, variant: string, hour: string): string {
  return `capture/${source}/${variant}/${hour}/`;
}

/** Key of one recorded request. */
export function captureKey(source: string, variant: string, time: Date, eventId: string): string {
  const [minute, second, millisecond] = time.toISOString().slice(14, 23).split(/[:.]/);
  return `${capturePrefix(source, variant, hourPath(time))}${minute}-${second}-${millisecond}-${eventId}.jsonl`;
}

/** Prefix of the labels that arrived in an hour. */
export function groundTruthPrefix(hour: string): string {
  return `ground-truth/${hour}/`;
}

/** `yyyy/mm/dd/hh` in UTC: how hours of traffic are filed. */
export function hourPath(time: Date): string {
  return time.toISOString().slice(0, 13).replace(/[-T]/g, '/');
}

/** The hours that a time touches, oldest first, as {@link hourPath}. */
export function hourPaths(since: Date, until: Date): string[] {
  const first = Math.floor(since.getTime() / HOUR);
  const last = Math.floor(until.getTime() / HOUR);
  return Array.from({ length: last - first + 1 }, (_, index) => hourPath(new Date((first + index) * HOUR)));
}

/** When an hour ends that is written as {@link hourPath}. */
export function hourEnd(path: string): Date {
  return new Date(Date.parse(`${path.slice(0, 10).replaceAll('/', '-')}T${path.slice(11)}:00:00Z`) + HOUR);
}

const HOUR = 3_600_000;

/** What monitors find, as rows of a table. */
export type ReportTable = 'drift' | 'quality';

export type HourlyReport =
  | 'profile.json'
  | 'day-profile.json'
  | 'drift.json'
  | 'drift.html'
  | 'drift-alert.json'
  | 'quality-alert.json'
  | 'quality.json'
  | 'quality.html';

export type EvaluationFile = 'evaluation.json' | 'evaluation-report.json' | 'evaluation-report.html';

export type ModelFile =
  | 'plan.json'
  | 'model.tar.gz'
  | 'sourcedir.tar.gz'
  | 'artifacts.json'
  | 'signature.json'
  | 'model-signature.json'
  | 'baseline.json'
  | EvaluationFile
  | 'model-card.json'
  | 'model-card.md';
