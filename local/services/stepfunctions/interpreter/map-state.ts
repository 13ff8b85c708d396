import { itemProcessor, type Json } from '../definition/definition';
import type { QueryLanguage, Visit } from '../language/query-language';
import type { Engine, StateRunner } from './engine';
import { withErrorHandling } from './error-handling';
import { runTogether } from './parallel-state';
import { Aborted } from './state-error';

/** Iterations of an inline Map state that run at once at most. */
const MOST_ITERATIONS = 40;

/** Does the same with each item of an array. */
export const runMap: StateRunner = (visit, language, engine) => {
  const { branch } = visit;
  return withErrorHandling(visit, language, engine, {
    async run() {
      const items = await language.items(visit);
      const given = (await language.number(visit, 'MaxConcurrency')) || MOST_ITERATIONS;
      branch.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
      const outputs: Json[] = new Array(items.length).fill(null);
      const queue = items.entries();
      const worker = async (signal: AbortSignal): Promise<Json> => {
        for (const [index, item] of queue)
          outputs[index] = await runIteration(visit, language, engine, { index, item, signal });
        return null;
      };
      const workers = Math.min(given, MOST_ITERATIONS, items.length);
      await runTogether(branch, new Array(workers).fill(worker));
      branch.record('MapStateSucceeded');
      return outputs;
    },
    failed: () => branch.record('MapStateFailed'),
  });
};

interface Iteration {
  readonly index: number;
  readonly item: Json;
  readonly signal: AbortSignal;
}

async function runIteration(
  visit: Visit,
  language: QueryLanguage,
  engine: Engine,
  { index, item, signal }: Iteration,
): Promise<Json> {
  const processor = itemProcessor(visit.state);
  if (!processor) throw new Error(`the Map state ${visit.name} has no ItemProcessor`);
  const mapItem = { Index: index, Value: item };
  const inner = visit.branch.fork(signal, mapItem);
  return inner.run(async () => {
    inner.waiting.signal.throwIfAborted();
    const details = { index, name: visit.name };
    const input = await language.itemInput(visit, mapItem);
    inner.record('MapIterationStarted', { mapIterationStartedEventDetails: details });
    try {
      const output = await engine.runWorkflow(processor, input, inner);
      inner.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
      return output;
    } catch (error) {
      if (error instanceof Aborted)
        inner.record('MapIterationAborted', { mapIterationAbortedEventDetails: details });
      else inner.record('MapIterationFailed', { mapIterationFailedEventDetails: details });
      throw error;
    }
  });
}
