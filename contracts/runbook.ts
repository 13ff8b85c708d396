/** What to do about an alarm. Text between backticks is code; `{pipeline}` is the name of the pipeline. */
export interface RunbookSection {
  readonly title: string;
  /** What has happened, and what it means for those who call the model. */
  readonly meaning: string;
  /** How to find the cause, the quickest first. */
  readonly check: readonly string[];
  /** How to end the effects, the safest first. */
  readonly mitigate: readonly string[];
}

const STATUS =
  '`npx model-pipeline status --pipeline {pipeline}` shows the version in production, releases in progress and all alarms.';
const HISTORY =
  '`npx model-pipeline history --pipeline {pipeline}` shows whether a release was shortly before: then the new version is the first suspect.';
const ROLL_BACK =
  'If it began with a release: `npx model-pipeline rollback --pipeline {pipeline}`. It ends a release in progress, and otherwise releases the previous version.';
const REPORTS =
  '`npx model-pipeline drift --pipeline {pipeline} --html drift.html` saves the latest report: features by distance, and their distributions.';

/**
 * The runbook: a section for each alarm that the constructs create. Alarms name their section by its key, and
 * a test synthesizes all kinds of pipelines to check that no alarm is without a section, and no section
 * without an alarm.
 */
export const RUNBOOK = {
  serving: {
    title: 'Requests fail, wait, or are answered too late',
    meaning:
      'At least one of the alarms on errors, latency, concurrency and backlog has gone off. This alarm pages once, whichever of them go off.',
    check: [
      STATUS,
      HISTORY,
      'The sections of those alarms say how to go on. Errors come first: slow answers are often a consequence.',
    ],
    mitigate: [ROLL_BACK, 'If no release was before: add instances in `hosting`, and deploy.'],
  },
  errors: {
    title: 'Error rate above threshold',
    meaning: 'Requests fail because of the model or its container: callers get errors of the class 5xx.',
    check: [
      '`npx model-pipeline logs --pipeline {pipeline} --since 1h` shows the lines of endpoint and functions: look for the first error, not the most frequent one.',
      HISTORY,
      'The dashboard shows whether one variant fails, or both: one alone points to its version, both to inputs or to a dependency.',
    ],
    mitigate: [
      ROLL_BACK,
      'If inputs have changed their form: correct them at their source, or release a version that accepts them.',
    ],
  },
  latency: {
    title: 'p95 latency above threshold',
    meaning: 'One answer in 20 takes longer than `monitoring.latencyThreshold`. Callers may time out.',
    check: [
      'The dashboard shows requests per second beside latency: do both increase together?',
      'The dashboard shows CPU, memory and GPU of the instances: at 100 % more instances help, otherwise they do not.',
      HISTORY,
    ],
    mitigate: [
      ROLL_BACK,
      'With more requests than before: increase `hosting.instanceCount` or `hosting.scaling`, and deploy. The deployment releases the version in production again.',
    ],
  },
  concurrency: {
    title: 'Concurrency of the serverless endpoint nearly used up',
    meaning:
      'Requests take 80 % of `maxConcurrency`. SageMaker throttles requests beyond it, and has no metric of those.',
    check: ['The dashboard shows requests and concurrency: is it a peak, or a trend?', STATUS],
    mitigate: ['Increase `maxConcurrency` of the hosting, and deploy.'],
  },
  backlog: {
    title: 'Requests wait for the asynchronous endpoint',
    meaning: 'More than `maximumBacklog` requests are in the queue: answers come late, but none is lost.',
    check: [
      'The dashboard shows the backlog and the number of instances: does the endpoint scale?',
      '`npx model-pipeline logs --pipeline {pipeline} --since 1h` shows whether requests fail and are tried again.',
    ],
    mitigate: ['Increase `maxCapacity`, or `hosting.instanceCount`, and deploy.', ROLL_BACK],
  },
  requestAge: {
    title: 'A request waits too long for the asynchronous endpoint',
    meaning: 'The oldest request has waited longer than `maximumRequestAge`.',
    check: [
      'A large backlog at the same time means too few instances: see its section.',
      'A small backlog means that requests are not taken at all: `npx model-pipeline status --pipeline {pipeline}` shows the state of the endpoint.',
    ],
    mitigate: ['Increase `maxCapacity`, or `hosting.instanceCount`, and deploy.', ROLL_BACK],
  },
  drift: {
    title: 'Inputs or answers have drifted',
    meaning:
      'The model is asked about something else than it was trained on, or answers otherwise. The message names the features, by how much and since when. Answers may still be right.',
    check: [
      REPORTS,
      '`npx model-pipeline quality --pipeline {pipeline}` shows whether the answers are still right, as far as labels have arrived.',
      'One feature alone, suddenly: a source, a unit or an encoding has changed. Several, slowly: the world has.',
    ],
    mitigate: [
      'Wrong data: correct them at their source. The alarm ends when windows without them are compared.',
      'Right data: `npx model-pipeline retrain --pipeline {pipeline} --reason drift`. The challenger is released only if it beats the version in production.',
      'A feature whose drift is known and harmless: add it to `monitoring.ignoredFeatures`, and deploy.',
    ],
  },
  quality: {
    title: 'Quality below that on the holdout',
    meaning:
      'According to the labels that have arrived, the model is significantly worse than when it was released.',
    check: [
      '`npx model-pipeline quality --pipeline {pipeline}` shows the metrics with their intervals, and how many labels there are.',
      REPORTS,
      'Quality without drift: the same inputs have another meaning now, or the labels are wrong. Check a sample of both.',
    ],
    mitigate: [
      ROLL_BACK,
      'Otherwise `npx model-pipeline retrain --pipeline {pipeline} --reason quality`, after the new labels are below `training-data/`.',
    ],
  },
  monitoring: {
    title: 'The model cannot be watched',
    meaning:
      'Recorded traffic or labels cannot be used, or requests are not recorded: drift or a drop in quality is not detected meanwhile. Callers notice nothing.',
    check: [STATUS, 'The sections on capture, labels and recording say how to go on.'],
    mitigate: ['Repair the source of what cannot be read: the next hour is watched again.'],
  },
  capture: {
    title: 'Drift is not detected',
    meaning:
      'More than 1 % of the records of an hour cannot be read, or requests are answered and none is recorded, or there has been traffic for long and no verdict on drift, such as because of too few rows.',
    check: [
      '`npx model-pipeline drift --pipeline {pipeline}` names the first record that cannot be read, with file, line and reason; or the number of requests that were not recorded; or why there is no verdict.',
      'If nothing is recorded: `npx model-pipeline status --pipeline {pipeline}` says whether the endpoint records requests where the pipeline reads them.',
      HISTORY,
    ],
    mitigate: [
      'Have clients send what the signature of the model names: `npx model-pipeline signature` shows it.',
      'If nothing is recorded, a release turns the recording on again.',
      'With too few rows, compare longer windows (`monitoring.driftComparisons`), or allow for longer silence (`monitoring.maximumTimeWithoutVerdict`).',
      ROLL_BACK,
    ],
  },
  conceptDrift: {
    title: 'Answers are wrong more often than before',
    meaning:
      'The error rate has risen within the window, although quality may still be as good as on the holdout: what the inputs mean has changed, or what the labels mean.',
    check: [
      '`npx model-pipeline quality --pipeline {pipeline}` shows since when, and the rates before and after.',
      'Have the labels changed: another source, another definition, or another delay?',
      '`npx model-pipeline drift --pipeline {pipeline}` shows whether the inputs have changed, too.',
      HISTORY,
    ],
    mitigate: [
      'If the labels are right: `npx model-pipeline retrain --pipeline {pipeline}`, once there are enough labels from after the change.',
      ROLL_BACK,
    ],
  },
  fairness: {
    title: 'Groups are answered too differently',
    meaning:
      'Between two groups, the share of rows that are taken for class 1, or of those of class 1 that are, differs significantly by more than `monitoring.quality.maximumFairnessGap`.',
    check: [
      '`npx model-pipeline quality --pipeline {pipeline}` names both groups, their shares and rows.',
      'Do the groups differ in the data, or does the model treat equal rows differently? The share of class 1 that is found tells more about the model.',
      HISTORY,
    ],
    mitigate: [
      ROLL_BACK,
      'Judge challengers by `PromotionRule.fairnessGap`, so that none is promoted with a wider gap, and retrain.',
    ],
  },
  sinks: {
    title: 'Reports of the monitor could not be delivered to a sink',
    meaning:
      'A sink has been down for six hours, or refuses reports. The monitor itself goes on: its reports are in the bucket, and those for the sink wait in the queue of dead letters for 14 days.',
    check: [
      '`npx model-pipeline logs --pipeline {pipeline} --since 1d --function Deliver` says what the sink answered, or why it could not be reached.',
      'Messages of the queue that the sink refused have the reason as an attribute.',
    ],
    mitigate: [
      'Repair the receiver, or correct the secret with its URL and keys. Then move the messages back: `aws sqs start-message-move-task --source-arn DEAD_LETTERS --destination-arn REPORTS`, with the ARNs of both queues of the sink.',
      'Reports that nobody needs any more: purge the queue of dead letters, so that the alarm ends.',
    ],
  },
  labels: {
    title: 'Labels cannot be used',
    meaning:
      'More than 1 % of the labels cannot be read, or belong to no recorded request. A drop in quality is not detected.',
    check: [
      '`npx model-pipeline quality --pipeline {pipeline}` names the first problem, with its file.',
      'Labels without an answer have another ID than the request: `eventId` of a label is the `InferenceId` of the request.',
    ],
    mitigate: ['Write corrected labels into the folder of the current hour below `ground-truth/`.'],
  },
  recording: {
    title: 'The function could not record requests',
    meaning: 'Requests were answered, but copies of them could not be written to S3: they are not watched.',
    check: [
      '`npx model-pipeline logs --pipeline {pipeline} --since 1h` gives the reason, such as a denied access.',
    ],
    mitigate: [
      'An access that is denied: compare policies of bucket and key with the template, and deploy again.',
      'S3 that throttles: nothing to do; record a smaller share if it recurs (`capturePercentage`).',
    ],
  },
  anomaly: {
    title: 'Traffic or latency is unusual',
    meaning:
      'For three quarters of an hour, there were fewer or more requests than CloudWatch has learned to expect at that hour and weekday, or answers took longer.',
    check: [
      'The dashboard shows requests and latency of the last day: what changed first?',
      'Fewer requests: has a client been deployed, or is one failing before it calls the model? More: is a client retrying?',
      HISTORY,
    ],
    mitigate: [
      'A holiday or a campaign: nothing to do; exclude it from the training of the anomaly detector in CloudWatch.',
      'If it recurs without a cause: increase `monitoring.anomalyDetection.standardDeviations`.',
    ],
  },
  challenger: {
    title: 'Most requests to a variant fail',
    meaning:
      'If the variant is the challenger of a release, the release is being rolled back already, without a person.',
    check: [
      STATUS,
      '`npx model-pipeline releases show --pipeline {pipeline}` shows how the release went, minute by minute.',
    ],
    mitigate: ['If no release is in progress, it is the champion that fails: see the section on errors.'],
  },
  batchFailed: {
    title: 'A batch run failed',
    meaning:
      'The output of the run has no manifest. What it has scored is kept: the run goes on when it is started again by its name.',
    check: [
      '`npx model-pipeline batch status --pipeline {pipeline}` shows the newest runs, and how many of their parts are scored.',
      'The execution of the state machine names the error and its cause: no input, a column that is missing, a version that cannot be loaded, or parts that were not scored.',
      '`npx model-pipeline logs --pipeline {pipeline} --since 1d --function Score` shows why a part failed.',
    ],
    mitigate: [
      'Remove the cause, and let the run go on by its name: `npx model-pipeline batch start --pipeline {pipeline} --run RUN`. It scores what is missing.',
      'If the input was wrong: correct it, and start a new run. A run reads the files as they were when it was planned.',
    ],
  },
  batchRows: {
    title: 'Rows of a batch have no prediction',
    meaning:
      'The run has ended, and more of its rows than `maximumFailedShare` could not be scored. None is lost: each is in a file of errors, with its reason.',
    check: [
      '`manifest.json` of the run names the files of errors; the first lines show what most rows have in common.',
      HISTORY,
    ],
    mitigate: [
      'Correct the rows at their source, and start a new run.',
      'If the version refuses what the previous one took: roll back, and start a new run.',
    ],
  },
  batchDrift: {
    title: 'The input of a batch has drifted',
    meaning:
      'The rows of a run differ from the training data of the version that scored them. Predictions may still be right.',
    check: [
      '`manifest.json` of the run names the features that drifted, the farthest first.',
      'One feature alone, suddenly: a source, a unit or an encoding has changed. Several, slowly: the world has.',
    ],
    mitigate: [
      'Wrong data: correct them at their source, and start a new run.',
      'Right data: `npx model-pipeline retrain --pipeline {pipeline} --reason drift`.',
    ],
  },
  batchRefused: {
    title: 'A sink has refused rows of a batch',
    meaning:
      'The run has ended, and a sink will not take some of its rows. None is lost: each is in a file below `refused/` of the run, with the reason of the sink. All others were taken.',
    check: [
      'The first lines of the file show what most rows have in common: a key that is missing, a value of another type than the table has, or one that is too large.',
      'Was the table, or the receiver, changed since the previous run?',
    ],
    mitigate: [
      'Correct the rows at their source, or the table, and start a new run. A run that has ended is not delivered again.',
    ],
  },
  batchLate: {
    title: 'No batch run has ended in time',
    meaning: 'Since `maximumTimeBetweenRuns`, no run has ended: predictions are older than they should be.',
    check: [
      '`npx model-pipeline batch status --pipeline {pipeline}` shows whether a run is under way, has failed, or has not started.',
      'If none has started: is the rule of the schedule enabled, and has the queue of failures messages?',
    ],
    mitigate: [
      '`npx model-pipeline batch start --pipeline {pipeline}` starts a run; with `--run RUN`, one that failed goes on.',
    ],
  },
  failures: {
    title: 'A failure could not be reported',
    meaning:
      'Messages stay in the queue of failures: something failed, and the function that reports failures failed, too.',
    check: [
      '`npx model-pipeline logs --pipeline {pipeline} --since 1h --function Report` says why it fails.',
      'The messages in the queue name the function, the event or the execution that failed first.',
    ],
    mitigate: [
      'Remove the cause. The function tries again every six minutes, and messages are kept for 14 days.',
      'An event that can never be handled: delete its message from the queue.',
    ],
  },
  apiFailures: {
    title: 'Requests to the HTTP API fail',
    meaning:
      'Callers get a status of 500 or above: the model or its endpoint fails, an answer takes more than 30 seconds, or a function cannot be invoked.',
    check: [
      'The access log of the API tells route, status and latency of each request: 503 is a timeout or an endpoint without capacity, 500 a function that fails or has no capacity, 502 a model that fails.',
      STATUS,
      HISTORY,
    ],
    mitigate: [
      ROLL_BACK,
      'Timeouts: send fewer rows in a request, or increase `memorySize` or the instances. Throttled functions: raise the concurrency of the account, or lower `throttle` of the API.',
    ],
  },
  streamLag: {
    title: 'Records of a stream wait to be scored',
    meaning:
      'The oldest record has waited longer than `maximumLag`: scores come late. None is lost, as long as the source retains the records.',
    check: [
      '`npx model-pipeline stream --pipeline {pipeline}` shows records, the age of the oldest, and how many are tried again.',
      'The section on records that fail: a record that is tried again holds up those behind it in its shard, partition or message group.',
      'CloudWatch shows `ScoredRecords` of the stream: more records than before, or fewer that are scored?',
    ],
    mitigate: [
      'More records than before: increase `parallelizationFactor` or shards of the source, `maxConcurrency`, `batchSize` or `memorySize`, and deploy.',
      ROLL_BACK,
    ],
  },
  streamFailures: {
    title: 'Records of a stream fail, and are tried again',
    meaning:
      'The model, the routing document or the output fails. The records are delivered again, in order, until they are scored or expire in their source.',
    check: [
      '`npx model-pipeline logs --pipeline {pipeline} --since 1h` and the log of the function of the stream name the first record that failed, and why.',
      HISTORY,
    ],
    mitigate: [
      'An output that refuses records, such as for its policy, key or quota: repair it. The stream goes on by itself.',
      ROLL_BACK,
    ],
  },
  deadLetters: {
    title: 'Records of a stream could not be scored',
    meaning:
      'Records that are not JSON, or do not fit the model, are in the queue of dead letters: nobody gets scores for them. They hold nothing up.',
    check: [
      '`npx model-pipeline stream --pipeline {pipeline}` counts them by reason.',
      'The messages in the queue name the reason, the place in the source, and the model version.',
      HISTORY,
    ],
    mitigate: [
      'Correct the producer. `npx model-pipeline stream replay <stream> --pipeline {pipeline}` sends dead letters to a source that is a standard queue again, such as after a release that takes them.',
      'Delete the messages, so that the alarm ends.',
      'If a release took a column away that producers still send: roll back, or release a version that takes it.',
    ],
  },
} satisfies Record<string, RunbookSection>;

export type RunbookId = keyof typeof RUNBOOK;

/** An alarm of a stack, and the section that explains it. */
export interface ExplainedAlarm {
  readonly section: RunbookId;
  readonly name: string;
}
