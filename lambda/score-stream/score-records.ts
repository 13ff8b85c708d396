import type { ScoredRecord } from '../../contracts/scored-record';
import { logger } from '../aws/logger';
import { chooseRoute, type Route } from '../inference/choose-route';
import type { ModelAnswer } from '../inference/model-answer';
import type { RouteSource, Routes } from '../inference/route-source';
import { InvalidRowsError, type RequestRow } from '../inference/rows';
import type { DeadLetters } from './dead-letters';
import type { StreamOutput } from './outputs/stream-output';
import { PoisonRecordError } from './poison-record-error';
import { type ContentProps, contentOf, type RecordContent } from './record-content';
import type { StreamMetrics } from './stream-metrics';
import type { StreamRecord } from './stream-record';

/** Scores rows with the version of a route. */
export interface Scorer {
  /** Rows that it scores at the same time. */
  readonly atOnce: number;
  /**
   * Begins to load what answers.
   *
   * @param modelVersions that may answer
   */
  prepare(modelVersions: readonly string[]): void;
  /**
   * @param id of the record
   * @throws InvalidRowsError if the row does not fit the model, nor the one in production
   * @throws PoisonRecordError if no version will ever answer it
   */
  score(route: Route, row: RequestRow, id: string, routes: Routes): Promise<Score>;
}

/** The answer to one row. */
export interface Score extends ModelAnswer {
  /** The id that labels refer to. */
  readonly inferenceId: string;
}

export interface ScoreRecordsProps extends ContentProps {
  readonly pipelineName: string;
  readonly streamName: string;
  readonly routing: RouteSource;
  readonly scorer: Scorer;
  readonly output: StreamOutput;
  readonly deadLetters: DeadLetters;
  readonly metrics: StreamMetrics;
  /** Whether Lambda delivers only those records again that the answer names, and not all of an event. */
  readonly reportsItemFailures: boolean;
}

/** A record that cannot be scored. */
export interface PoisonRecord {
  readonly record: StreamRecord;
  readonly error: PoisonRecordError;
  readonly modelVersion: string | undefined;
}

/**
 * Scores records and hands them on. Those that cannot be scored go to the dead letters; those that the model,
 * the routing or the output failed at are to be delivered again, with all that follow them in their lane. A
 * record that is delivered again is not buried before: it would be once more, or scored by another version
 * then.
 *
 * @returns records that are to be delivered again, in the order in which they came
 */
export async function scoreRecords(
  records: readonly StreamRecord[],
  props: ScoreRecordsProps,
): Promise<StreamRecord[]> {
  const { output, deadLetters, metrics } = props;
  const outcomes = await scoreInOrder(records, props);
  const failed = new Set(records.filter((record) => outcomes.get(record) === 'failed'));
  const toBeRedelivered = () =>
    props.reportsItemFailures ? withFollowers(records, failed) : new Set(failed.size > 0 ? records : []);
  const held = toBeRedelivered();
  const scored = new Map<StreamRecord, ScoredRecord>();
  const poison: PoisonRecord[] = [];
  for (const [record, outcome] of outcomes) {
    if (outcome === 'failed' || held.has(record)) continue;
    if ('error' in outcome) poison.push(outcome);
    else scored.set(record, outcome);
  }
  const { refused, unfit } = await output.send([...scored.values()]);
  for (const [record, { id, modelVersion }] of [...scored]) {
    if (refused.has(id)) failed.add(record);
    const problem = unfit.get(id);
    if (problem === undefined) continue;
    scored.delete(record);
    poison.push({ record, error: new PoisonRecordError('output', problem), modelVersion });
  }
  const leftForLater = toBeRedelivered();
  const unburied = await deadLetters.send(poison.filter(({ record }) => !leftForLater.has(record)));
  for (const { record } of poison) if (unburied.has(record.id)) failed.add(record);
  const again = toBeRedelivered();
  const isTaken = (record: StreamRecord) => !again.has(record);
  metrics.count({
    scored: [...scored].filter(([record]) => isTaken(record)).map(([, each]) => each),
    poison: poison.filter(({ record }) => isTaken(record)).map(({ error }) => error.reason),
    failed: again.size,
    oldest: oldestOf(records),
  });
  return [...again];
}

type Outcome = ScoredRecord | PoisonRecord | 'failed';

/** Records behind one that failed in their lane need not be scored. */
async function scoreInOrder(
  records: readonly StreamRecord[],
  props: ScoreRecordsProps,
): Promise<Map<StreamRecord, Outcome>> {
  const { atOnce } = props.scorer;
  const outcomes = new Map<StreamRecord, Outcome>();
  const blocked = new Set<string | undefined>();
  for (let first = 0; first < records.length; first += atOnce) {
    const some = records.slice(first, first + atOnce).filter(({ lane }) => !blocked.has(lane));
    const found = await Promise.all(
      some.map((record) =>
        scoreRecord(record, props).catch((error: Error): Outcome => {
          logger.error(`record ${record.id} could not be scored, and is to be delivered again`, error);
          if (record.lane !== undefined) blocked.add(record.lane);
          return 'failed';
        }),
      ),
    );
    for (const [index, record] of some.entries()) outcomes.set(record, found[index] as Outcome);
  }
  return outcomes;
}

async function scoreRecord(
  record: StreamRecord,
  props: ScoreRecordsProps,
): Promise<ScoredRecord | PoisonRecord> {
  let modelVersion: string | undefined;
  try {
    const content = contentOf(record, props);
    const routes = await props.routing.current();
    const route = chooseRoute(routes, {
      inferenceId: content.key,
      // A version of the inference function that is being released answers its own requests only.
      functionVersion: undefined,
      random: Math.random,
    });
    modelVersion = route.modelVersion;
    props.scorer.prepare([routes.production, routes.candidate].flatMap((each) => each?.modelVersion ?? []));
    const answer = await props.scorer.score(route, content.row, record.id, routes);
    return scoredRecord(record, content, route, answer, props);
  } catch (error) {
    const poison = error instanceof InvalidRowsError ? poisonRow(error) : error;
    if (!(poison instanceof PoisonRecordError)) throw error;
    return { record, error: poison, modelVersion };
  }
}

/** The row is the only one of its request, by which the message names it. */
function poisonRow(error: InvalidRowsError): PoisonRecordError {
  return new PoisonRecordError('row', error.message.replace(/\brow 1\b/g, 'the record'), { cause: error });
}

function scoredRecord(
  { id, time }: StreamRecord,
  { key, carried }: RecordContent,
  { modelVersion, variant }: Route,
  { inferenceId, predictions, probabilities, classes, outputs }: Score,
  { pipelineName, streamName }: ScoreRecordsProps,
): ScoredRecord {
  return {
    id,
    inferenceId,
    pipeline: pipelineName,
    stream: streamName,
    key,
    time: time.toISOString(),
    modelVersion,
    variant,
    prediction: predictions[0] as ScoredRecord['prediction'],
    ...(probabilities && { probabilities: probabilities[0] }),
    ...(classes && { classes }),
    ...(outputs && {
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, values]) => [name, values[0] as number | readonly number[]]),
      ),
    }),
    ...(carried && { carried }),
  };
}

/** Records that failed, and those that follow one in its lane. */
function withFollowers(
  records: readonly StreamRecord[],
  failed: ReadonlySet<StreamRecord>,
): Set<StreamRecord> {
  const again = new Set<StreamRecord>();
  const blocked = new Set<string>();
  for (const record of records) {
    const { lane } = record;
    if (!failed.has(record) && (lane === undefined || !blocked.has(lane))) continue;
    again.add(record);
    if (lane !== undefined) blocked.add(lane);
  }
  return again;
}

function oldestOf(records: readonly StreamRecord[]): Date | undefined {
  const times = records.map(({ time }) => time.getTime());
  return times.length > 0 ? new Date(times.reduce((oldest, time) => Math.min(oldest, time))) : undefined;
}
