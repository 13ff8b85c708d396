import type { OnnxGraph } from './onnx-graph';

/**
 * Labels of the classes that a graph answers with, in the order of their probabilities: those of the
 * classifier or the list that its output `label` comes from. Undefined if the graph does not tell them.
 */
export function classLabels(graph: OnnxGraph, label: string): readonly (string | number)[] | undefined {
  let name: string | undefined = label;
  // No chain is longer than the graph, even if a broken one ran in a circle.
  for (let left = graph.nodes.length; left > 0 && name !== undefined; left--) {
    const source: string = name;
    const node = graph.nodes.find(({ outputs }) => outputs.includes(source));
    if (!node) return undefined;
    if (node.classes) return node.classes;
    const [first] = node.inputs;
    if (CHOOSES.has(node.operator)) return graph.lists.get(first ?? '');
    name = KEEPS.has(node.operator) ? first : undefined;
  }
  return undefined;
}

/** Operators that choose elements of their first input. */
const CHOOSES = new Set(['ArrayFeatureExtractor', 'Gather']);
/** Operators whose output has the elements of their first input. */
const KEEPS = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Transpose']);
