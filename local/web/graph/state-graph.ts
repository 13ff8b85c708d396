/** A state machine as a graph: its states, and the ways between them. */
export interface StateGraph {
  readonly start: string;
  readonly nodes: readonly StateNode[];
  readonly edges: readonly StateEdge[];
}

export interface StateNode {
  readonly name: string;
  /** `Task`, `Choice`, `Wait`, ... */
  readonly type: string;
  /** Branches of a Parallel state, the processor of a Map state. */
  readonly inside: readonly StateGraph[];
}

export interface StateEdge {
  readonly from: string;
  readonly to: string;
  /** `catch` is taken on an error; what a choice takes is `choice` or, without a match, `default`. */
  readonly kind: 'next' | 'choice' | 'default' | 'catch';
  /** Condition of a choice, errors of a catch. */
  readonly label?: string;
}

/**
 * Reads a definition in the Amazon States Language. Ways to states that do not exist are left out.
 *
 * @throws Error if it is not JSON or has no states
 */
export function stateGraph(definition: string): StateGraph {
  return graphOf(JSON.parse(definition) as StateMachine);
}

interface StateMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly ({ readonly Next: string; readonly Condition?: string } & Record<
    string,
    unknown
  >)[];
  readonly Catch?: readonly { readonly Next: string; readonly ErrorEquals?: readonly string[] }[];
  readonly Branches?: readonly StateMachine[];
  readonly ItemProcessor?: StateMachine;
  readonly Iterator?: StateMachine;
}

function graphOf({ StartAt, States }: StateMachine): StateGraph {
  const names = Object.entries(States);
  const edges = names.flatMap(([name, state]) => edgesOf(name, state));
  return {
    start: StartAt,
    nodes: names.map(([name, state]) => ({ name, type: state.Type, inside: insideOf(state) })),
    edges: edges.filter(({ to }) => Object.hasOwn(States, to)),
  };
}

function edgesOf(from: string, { Next, Default, Choices = [], Catch = [] }: State): StateEdge[] {
  const edges: StateEdge[] = [];
  if (Next !== undefined) edges.push({ from, to: Next, kind: 'next' });
  for (const choice of Choices) {
    edges.push({ from, to: choice.Next, kind: 'choice', label: conditionOf(choice) });
  }
  if (Default !== undefined) edges.push({ from, to: Default, kind: 'default', label: 'otherwise' });
  for (const { Next: to, ErrorEquals = [] } of Catch) {
    // A state that goes on in the same place after an error has one way there.
    if (to !== Next) edges.push({ from, to, kind: 'catch', label: ErrorEquals.join(', ') });
  }
  return merged(edges);
}

/** Several choices that lead to one state are one way with several conditions. */
function merged(edges: readonly StateEdge[]): StateEdge[] {
  const byTarget = new Map<string, StateEdge>();
  for (const edge of edges) {
    const key = `${edge.kind === 'catch'} ${edge.to}`;
    const known = byTarget.get(key);
    byTarget.set(key, known ? { ...known, label: `${known.label} | ${edge.label}` } : edge);
  }
  return [...byTarget.values()];
}

function conditionOf({ Next: _next, Condition, ...rule }: { Next: string; Condition?: string }): string {
  return Condition?.replace(/^\{%\s*|\s*%\}$/g, '') ?? JSON.stringify(rule);
}

function insideOf({ Branches = [], ItemProcessor, Iterator: iterator }: State): StateGraph[] {
  const processor = ItemProcessor ?? iterator;
  return [...Branches, ...(processor ? [processor] : [])].map(graphOf);
}
