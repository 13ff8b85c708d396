import { type Field, fieldsOf, integersOf } from './protobuf';

/**
 * Types of the elements of tensors, as onnxruntime names them; undefined of those that it has no name for.
 */
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  /** What it is: a tensor, or something else in ONNX's words, such as `sequence of maps`. */
  readonly kind: string;
  /** Of a tensor. */
  readonly type?: ElementType;
  /** Of a tensor; undefined where any size goes. Left out if the graph does not tell it. */
  readonly shape?: readonly (number | undefined)[];
}

/** A node of a graph, with what tells classes. */
export interface GraphNode {
  /** As `ZipMap`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Labels of classes, of a classifier or a ZipMap. */
  readonly classes?: readonly (string | number)[];
}

/** What a model in ONNX tells of itself. */
export interface OnnxGraph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  /** Constants that are lists of whole numbers or of texts, by their names. */
  readonly lists: ReadonlyMap<string, readonly (string | number)[]>;
  /** Whether weights are in files beside the model. */
  readonly hasExternalData: boolean;
  /** Of the file format. */
  readonly irVersion: number;
  /** Versions of the sets of operators, by their domains; `''` is that of ONNX itself. */
  readonly opsets: ReadonlyMap<string, number>;
}

/**
 * Reads the graph of a model. The numbers of fields are those of `onnx.proto3` of the ONNX repository.
 *
 * @throws Error if the bytes are no such model
 */
export function readOnnxGraph(model: Uint8Array): OnnxGraph {
  const graph = graphOf(model);
  const initializers = all(graph, 5).map(readInitializer);
  // Before IR version 4 constants were inputs, too.
  const constants = new Set(initializers.map(({ name }) => name));
  return {
    inputs: all(graph, 11)
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: all(graph, 12).map(readValue),
    nodes: all(graph, 1).map(readNode),
    lists: new Map(initializers.flatMap(({ name, list }) => (list ? [[name, list]] : []))),
    hasExternalData: initializers.some(({ isExternal }) => isExternal),
    irVersion: integerOf(model, 1) ?? 0,
    opsets: new Map(all(model, 8).map((opset) => [textOf(opset, 1), integerOf(opset, 2) ?? 0])),
  };
}

/** Content of the graph in a model. @throws Error if the model has no graph */
export function graphOf(model: Uint8Array): Uint8Array {
  let graph: Uint8Array | undefined;
  try {
    for (const { number, bytes } of fieldsOf(model)) if (number === 7) graph = bytes;
  } catch (cause) {
    throw new Error(`this is no model in ONNX: ${(cause as Error).message}`, { cause });
  }
  if (!graph) throw new Error('this is no model in ONNX: it has no graph');
  return graph;
}

// The order is that of `TensorProto.DataType`.
const ELEMENT_TYPES = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
] as const;

const [OF_TENSOR, OF_SEQUENCE, OF_MAP] = [1, 4, 5];

function readValue(value: Uint8Array): GraphValue {
  const name = textOf(value, 1);
  for (const { number, bytes } of fieldsOf(one(value, 2) ?? new Uint8Array())) {
    if (number !== OF_TENSOR) return { name, kind: kindOf(number, bytes) };
    const shape = one(bytes, 2);
    const type = ELEMENT_TYPES[integerOf(bytes, 1) ?? 0];
    return {
      name,
      kind: 'tensor',
      ...(type && { type }),
      ...(shape && { shape: all(shape, 1).map((dimension) => sizeOf(dimension)) }),
    };
  }
  return { name, kind: 'value of an unknown type' };
}

/** A dimension has a size, a name that stands for any size, or nothing. */
function sizeOf(dimension: Uint8Array): number | undefined {
  const size = integerOf(dimension, 1);
  return size === undefined || size < 0 ? undefined : size;
}

function kindOf(type: number, content: Uint8Array): string {
  if (type === OF_MAP) return 'map';
  if (type !== OF_SEQUENCE) return 'value that is no tensor';
  const [element] = [...fieldsOf(one(content, 1) ?? new Uint8Array())];
  return `sequence of ${element?.number === OF_MAP ? 'maps' : 'tensors'}`;
}

/** Attributes of classifiers and of ZipMap: https://onnx.ai/onnx/operators/ (domain ai.onnx.ml). */
const CLASS_LABELS = new Set(['classlabels_ints', 'classlabels_int64s', 'classlabels_strings']);

function readNode(node: Uint8Array): GraphNode {
  const labels = all(node, 5).filter((attribute) => CLASS_LABELS.has(textOf(attribute, 1)));
  const classes = labels.flatMap((attribute) => [...integersIn(attribute, 8), ...textsIn(attribute, 9)]);
  return {
    operator: textOf(node, 4),
    inputs: textsIn(node, 1),
    outputs: textsIn(node, 2),
    ...(classes.length > 0 && { classes }),
  };
}

function readInitializer(tensor: Uint8Array) {
  const type = ELEMENT_TYPES[integerOf(tensor, 2) ?? 0];
  return { name: textOf(tensor, 8), isExternal: integerOf(tensor, 14) === 1, list: listIn(tensor, type) };
}

function listIn(tensor: Uint8Array, type: ElementType): readonly (string | number)[] | undefined {
  const raw = one(tensor, 9);
  if (type === 'string') return textsIn(tensor, 6);
  if (type === 'int32') return raw ? elementsOf(raw, 4) : integersIn(tensor, 5);
  if (type === 'int64') return raw ? elementsOf(raw, 8) : integersIn(tensor, 7);
  return undefined;
}

/** Raw data are little-endian. */
function elementsOf(raw: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.length / size) }, (_, index) =>
    size === 4 ? view.getInt32(index * 4, true) : Number(view.getBigInt64(index * 8, true)),
  );
}

function all(message: Uint8Array, number: number): Uint8Array[] {
  return fieldsNamed(message, number).map(({ bytes }) => bytes);
}

function one(message: Uint8Array, number: number): Uint8Array | undefined {
  return firstField(message, number)?.bytes;
}

function textOf(message: Uint8Array, number: number): string {
  return text(one(message, number) ?? new Uint8Array());
}

function textsIn(message: Uint8Array, number: number): string[] {
  return all(message, number).map(text);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function integerOf(message: Uint8Array, number: number): number | undefined {
  return firstField(message, number)?.integer;
}

function integersIn(message: Uint8Array, number: number): number[] {
  return fieldsNamed(message, number).flatMap(integersOf);
}

function fieldsNamed(message: Uint8Array, number: number): Field[] {
  return [...fieldsOf(message)].filter((field) => field.number === number);
}

/** Names come first: a classifier's attributes may have millions of numbers after them. */
function firstField(message: Uint8Array, number: number): Field | undefined {
  for (const field of fieldsOf(message)) if (field.number === number) return field;
  return undefined;
}
