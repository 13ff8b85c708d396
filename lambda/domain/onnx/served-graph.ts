import { classLabels } from './class-labels';
import { type ElementType, type GraphValue, type OnnxGraph, readOnnxGraph } from './onnx-graph';
import { withoutZipMap } from './without-zip-map';

/** An input as requests fill it. */
export interface GraphInput {
  readonly name: string;
  readonly type: InputType;
  /** Of one row; empty if the input has a single cell a row, and no dimension for it. */
  readonly shape: readonly number[];
  /** Elements of a row. */
  readonly width: number;
}

export type InputType = Exclude<ElementType, 'float16' | undefined>;

/** Numbers that a row is answered with. */
export interface GraphScores {
  /** Tensors that hold them: one with all, or one for each class. */
  readonly outputs: readonly string[];
  /** Numbers of a row; undefined if the graph does not tell it. */
  readonly width?: number;
}

/** A model as it is run, and what the function needs to know of it. */
export interface ServedModel {
  /** Without ZipMap ({@link withoutZipMap}). */
  readonly model: Uint8Array;
  readonly graph: ServedGraph;
}

/** What a function needs to know of a graph that it serves. */
export interface ServedGraph {
  /** In the order in which a row has their elements. */
  readonly inputs: readonly GraphInput[];
  /** Whether the graph takes one row at a time. */
  readonly isSingleRow: boolean;
  /** Undefined if the graph answers with labels only. */
  readonly scores?: GraphScores;
  /** The output that names the class of a row. */
  readonly label?: string;
  /** In the order of the scores. */
  readonly classes?: readonly (string | number)[];
  /** Further outputs that are numbers. */
  readonly others: readonly { readonly name: string; readonly width?: number }[];
}

/** A model that the function could not serve. */
export class UnservableModelError extends Error {
  override readonly name = 'UnservableModel';
}

/**
 * What requests to a model fill, and where its answer is.
 *
 * @throws UnservableModelError that names what cannot be served, and the way out
 */
export function servedGraph(bytes: Uint8Array): ServedGraph {
  return servedModel(bytes).graph;
}

/** @throws UnservableModelError that names what cannot be served, and the way out */
export function servedModel(bytes: Uint8Array): ServedModel {
  let model: Uint8Array;
  let graph: OnnxGraph;
  try {
    model = withoutZipMap(bytes);
    graph = readOnnxGraph(model);
  } catch (cause) {
    throw new UnservableModelError((cause as Error).message, { cause });
  }
  return { model, graph: servedBy(graph) };
}

function servedBy(graph: OnnxGraph): ServedGraph {
  checkVersions(graph);
  if (graph.hasExternalData) {
    throw new UnservableModelError(
      'the ONNX model has its weights in files beside it: save it in one file, onnx.save_model(model, "model.onnx", save_as_external_data=False)',
    );
  }
  if (graph.inputs.length === 0) throw new UnservableModelError('the ONNX model takes no inputs');
  const inputs = graph.inputs.map(readInput);
  const batches = graph.inputs.map(({ name, shape }) => ({ name, size: shape?.[0] }));
  const fixed = batches.find(({ size }) => size !== undefined && size !== 1);
  if (fixed) {
    throw new UnservableModelError(
      `the ONNX model takes ${fixed.size} rows at a time in its input '${fixed.name}', no more and no fewer: export it with a batch of any size, as FloatTensorType([None, ${inputs[0]?.width}]) does`,
    );
  }
  return { inputs, isSingleRow: batches.some(({ size }) => size === 1), ...readAnswer(graph) };
}

/**
 * The newest that onnxruntime 1.30 loads, which is part of the function: of ONNX's operators, those of
 * machine learning, and the file format (`IR_VERSION`). A test asks it.
 */
const NEWEST = { '': 26, 'ai.onnx.ml': 5 };
const NEWEST_IR = 13;

/** @throws UnservableModelError */
function checkVersions({ irVersion, opsets }: OnnxGraph): void {
  if (irVersion > NEWEST_IR) {
    throw new UnservableModelError(
      `the ONNX model has IR version ${irVersion}, and onnxruntime 1.30 loads ${NEWEST_IR} at most: export it with an older onnx package`,
    );
  }
  for (const [domain, newest] of Object.entries(NEWEST)) {
    const opset = opsets.get(domain) ?? (domain === '' ? opsets.get('ai.onnx') : undefined) ?? 0;
    if (opset <= newest) continue;
    throw new UnservableModelError(
      `the ONNX model needs opset ${opset} of ${domain || 'ai.onnx'}, and onnxruntime 1.30 has ${newest} at most: export it with target_opset=${newest}`,
    );
  }
}

function readInput({ name, kind, type, shape }: GraphValue): GraphInput {
  const refuse = (what: string, wayOut: string) =>
    new UnservableModelError(`the ONNX model's input '${name}' ${what}: ${wayOut}`);
  if (kind !== 'tensor') throw refuse(`is a ${kind}`, 'the function takes tensors; export a model that does');
  if (type === undefined || type === 'float16') {
    throw refuse(
      `holds ${type ?? 'elements of a type that onnxruntime-node has no name for'}`,
      'the function takes float32, float64, whole numbers, bool and string; add a Cast to the model',
    );
  }
  if (!shape || shape.length === 0) {
    throw refuse('does not tell its shape', 'export it with one, such as [None, 3]');
  }
  const [, ...ofRow] = shape;
  const open = ofRow.indexOf(undefined);
  if (open >= 0) {
    throw refuse(
      `has a dimension ${open + 2} of any size`,
      'only the first, the rows, may be open; export it with fixed sizes, such as [None, 3]',
    );
  }
  const sizes = ofRow as number[];
  return { name, type, shape: sizes, width: product(sizes) };
}

type Answer = Pick<ServedGraph, 'scores' | 'label' | 'classes' | 'others'>;

function readAnswer(graph: OnnxGraph): Answer {
  const tensors = graph.outputs.filter(({ kind }) => kind === 'tensor');
  const floats = tensors.filter(({ type }) => type === 'float32' || type === 'float64');
  const label = tensors.find((output) => isLabelType(output.type) && (widthOf(output) ?? 1) === 1);
  const classes = label && classLabels(graph, label.name);
  const ofLabel = { ...(label && { label: label.name }), ...(classes && { classes }) };
  const [first, ...rest] = floats;
  if (!first) {
    if (label && label.type !== 'string') return { ...ofLabel, others: [] };
    throw new UnservableModelError(`the ONNX model answers with ${outputsInWords(graph)}, ${WAY_OUT}`);
  }
  // What skl2onnx makes with zipmap='columns'.
  if (rest.length > 0 && floats.length === classes?.length && floats.every((each) => widthOf(each) === 1)) {
    const outputs = floats.map(({ name }) => name);
    return { ...ofLabel, scores: { outputs, width: outputs.length }, others: [] };
  }
  return {
    ...ofLabel,
    scores: { outputs: [first.name], ...withWidth(first) },
    others: rest.map((each) => ({ name: each.name, ...withWidth(each) })),
  };
}

const WAY_OUT =
  'and the function needs a tensor of float32 or float64, or whole numbers as labels: export a classifier with its probabilities';

function isLabelType(type: ElementType): boolean {
  return type === 'int64' || type === 'int32' || type === 'string';
}

function withWidth(output: GraphValue): { readonly width?: number } {
  const width = widthOf(output);
  return width === undefined ? {} : { width };
}

/** Elements of an output's row; undefined if the graph does not tell it. */
function widthOf({ shape }: GraphValue): number | undefined {
  const ofRow = shape?.slice(1);
  return ofRow?.every((size) => size !== undefined) ? product(ofRow) : undefined;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function outputsInWords({ outputs }: OnnxGraph): string {
  if (outputs.length === 0) return 'nothing';
  return outputs
    .map(
      ({ name, kind, type }) =>
        `'${name}' (${kind === 'tensor' ? `tensor of ${type ?? 'another type'}` : kind})`,
    )
    .join(', ');
}
