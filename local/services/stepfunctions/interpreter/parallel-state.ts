import type { Json } from '../definition/definition';
import type { Branch } from './branch';
import type { StateRunner } from './engine';
import { withErrorHandling } from './error-handling';
import { Aborted } from './state-error';

/** Runs all branches at once; the first that fails ends the others. */
export const runParallel: StateRunner = (visit, language, engine) => {
  const { branch, state } = visit;
  return withErrorHandling(visit, language, engine, {
    async run() {
      const input = await language.arguments(visit);
      branch.record('ParallelStateStarted');
      const outputs = await runTogether(
        branch,
        (state.Branches ?? []).map((workflow) => (signal) => {
          const inner = branch.fork(signal);
          return inner.run(() => engine.runWorkflow(workflow, input, inner));
        }),
      );
      branch.record('ParallelStateSucceeded');
      return outputs;
    },
    failed: () => branch.record('ParallelStateFailed'),
  });
};

/**
 * Runs parts of a state beside each other until all are done.
 *
 * @throws the error of the first part that fails, after the others have ended
 */
export async function runTogether(
  branch: Branch,
  parts: readonly ((signal: AbortSignal) => Promise<Json>)[],
): Promise<Json[]> {
  const others = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const running = parts.map((part) =>
    part(others.signal).catch((error: unknown): Json => {
      failure ??= { error };
      others.abort(new Aborted('sibling'));
      return null;
    }),
  );
  const outputs = await branch.waiting.forParts(Promise.all(running));
  branch.joinHistory();
  if (failure) throw failure.error;
  return outputs;
}
