import type { StateGraph } from './state-graph';

/** This many ways out of errors make a state a handler, which stands beside the states that it serves. */
const HANDLER_CATCHES = 3;

/**
 * The names of a graph's states: the ordinary course first, then each error handler with what follows on it.
 */
export function blocksOf({ start, nodes, edges }: StateGraph): string[][] {
  const catchesTo = (name: string) => edges.filter(({ to, kind }) => to === name && kind === 'catch').length;
  const handlers = nodes
    .map(({ name }) => name)
    .filter((name) => name !== start && catchesTo(name) >= HANDLER_CATCHES);
  const taken = new Set<string>(handlers);
  const follow = (first: string): string[] => {
    taken.add(first);
    const block = [first];
    for (const name of block) {
      for (const { to } of edges.filter(({ from }) => from === name)) {
        if (taken.has(to)) continue;
        taken.add(to);
        block.push(to);
      }
    }
    return block;
  };
  const blocks = [start, ...handlers].map(follow);
  const unreachable = nodes.filter(({ name }) => !taken.has(name));
  return [...blocks, ...unreachable.map(({ name }) => [name])];
}
