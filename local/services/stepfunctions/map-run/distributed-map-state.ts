import { itemProcessor, type Json } from '../definition/definition';
import type { Engine, StateRunner } from '../interpreter/engine';
import { withErrorHandling } from '../interpreter/error-handling';
import { Aborted, StateError } from '../interpreter/state-error';
import { causeIn, type QueryLanguage, type Visit } from '../language/query-language';
import { childInputs } from './item-batcher';
import { readItems } from './item-reader';
import type { MapRun } from './map-run';
import { type Destination, destinationOf, exportResults, stateOutput } from './result-writer';
import type { MapRunLimits } from './stored-map-run';

/** Child executions that a Map Run has at once at most, and without MaxConcurrency. */
const MOST_CHILDREN = 10_000;

/**
 * Does the same with each item, in a child execution for each or for each batch of them.
 *
 * The events are those that LocalStack recorded on AWS (`test_map_item_reader_*`, `test_map_state_*`).
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export const runDistributedMap: StateRunner = (visit, language, engine) => {
  const { branch } = visit;
  return withErrorHandling(visit, language, engine, {
    async run() {
      const items = visit.state.ItemReader ? undefined : await language.items(visit);
      branch.record('MapStateStarted', { mapStateStartedEventDetails: { length: items?.length ?? 0 } });
      const output = await runChildren(visit, language, engine, items);
      branch.record('MapStateSucceeded');
      return output;
    },
    failed: () => branch.record('MapStateFailed'),
  });
};

async function runChildren(
  visit: Visit,
  language: QueryLanguage,
  engine: Engine,
  given: readonly Json[] | undefined,
): Promise<Json> {
  const { branch, state } = visit;
  const processor = itemProcessor(state);
  if (!processor) throw new Error(`the Map state ${visit.name} has no ItemProcessor`);
  const limits = await limitsOf(visit, language);
  const destination = await destinationOf(visit, language);
  const run = engine.mapRuns.open({
    executionArn: engine.execution.arn,
    stateName: visit.name,
    label: state.Label,
    processor,
    queryLanguage: engine.queryLanguage,
    limits,
  });
  branch.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.arn } });
  try {
    const items = given ?? (await readItems(visit, language, engine));
    const output = await performed(visit, engine, run, {
      inputs: await childInputs(visit, language, items),
      destination,
    });
    run.end('SUCCEEDED');
    branch.record('MapRunSucceeded');
    return output;
  } catch (error) {
    if (error instanceof StateError) {
      run.end('FAILED');
      const details = { error: error.error, cause: error.reason };
      branch.record('MapRunFailed', { mapRunFailedEventDetails: details });
    } else {
      run.end('ABORTED');
      if (error instanceof Aborted) branch.record('MapRunAborted');
    }
    throw error;
  }
}

/** Results are exported of runs that failed or were aborted, too. */
async function performed(
  { state: { ResultWriter: writer }, branch }: Visit,
  engine: Engine,
  run: MapRun,
  {
    inputs,
    destination,
  }: {
    readonly inputs: Awaited<ReturnType<typeof childInputs>>;
    readonly destination: Destination | undefined;
  },
): Promise<Json> {
  try {
    await run.perform(inputs, branch.waiting);
  } catch (error) {
    const isShutdown = error instanceof Aborted && error.why === 'shutdown';
    if (destination && !isShutdown)
      engine.inBackground((waiting) => exportResults(engine, run, { destination, writer, waiting }));
    throw error;
  }
  if (!destination) return stateOutput(run, writer);
  return exportResults(engine, run, { destination, writer, waiting: branch.waiting });
}

async function limitsOf(visit: Visit, language: QueryLanguage): Promise<MapRunLimits> {
  const count = await language.number(visit, 'ToleratedFailureCount');
  const percentage = await language.number(visit, 'ToleratedFailurePercentage');
  // As LocalStack recorded on AWS: test_map_state_tolerated_failure_count_path and ..._percentage_path.
  if (count !== undefined && count < 0) throw outOfRange(visit, 'ToleratedFailureCount cannot be negative.');
  if (percentage !== undefined && (percentage < 0 || percentage > 100))
    throw outOfRange(visit, 'ToleratedFailurePercentage must be between 0 and 100.');
  const given = await language.number(visit, 'MaxConcurrency');
  return {
    maxConcurrency: Math.min(given || MOST_CHILDREN, MOST_CHILDREN),
    toleratedFailureCount: count,
    toleratedFailurePercentage: percentage,
  };
}

function outOfRange(visit: Visit, what: string): StateError {
  return new StateError('States.Runtime', causeIn(visit, what));
}
