import type {
  InputType,
  ModelSignature,
  SignatureInput,
  SignatureOutput,
} from '../../../contracts/model-signature';
import type { Problem } from '../../../contracts/problem';
import { leastOf, MAXIMUM_BINS } from '../data/bins';
import type { FeatureProfile, NumericProfile } from '../data/profile';
import { type ModelInput, sizeFeatures } from '../data/tensor-summary';
import { type GraphColumn, graphColumns, namedColumns } from '../onnx/graph-columns';
import { type ServedGraph, UnservableModelError } from '../onnx/served-graph';

/** What is known of a model. */
export interface KnownOfModel {
  /** Profiles of its features in their order; none if no data came with it. */
  readonly features: Readonly<Record<string, FeatureProfile>>;
  /** Its inputs if some are tensors, which the features summarise. */
  readonly tensors?: readonly ModelInput[] | undefined;
  /** Features that are times. */
  readonly dates?: readonly string[];
  /** Undefined if no column is known to be it. */
  readonly label?: string | undefined;
  readonly problem: Problem;
  /** Of `model.onnx`; undefined if the version has none that matters. */
  readonly graph?: ServedGraph | undefined;
}

/**
 * The signature of a model, by its data, its problem and its graph.
 *
 * @throws UnservableModelError if the graph takes other columns than the data have, or answers another
 * problem
 */
export function inferSignature(known: KnownOfModel): ModelSignature {
  const { features, tensors, dates = [], label = 'prediction', problem, graph } = known;
  const names = Object.keys(features);
  const columns =
    graph && (names.length > 0 ? namedColumns(graph.inputs, names) : graphColumns(graph.inputs));
  const cells = () =>
    names.map((name, index) =>
      dates.includes(name)
        ? { name, type: 'date' as const, optional: false }
        : inputOf(name, features[name] as FeatureProfile, columns?.[index]),
    );
  const inputs =
    tensors?.map((input) => ofSummaries(input, features)) ??
    (names.length > 0 ? cells() : (columns ?? []).map((column, index) => ofGraphAlone(column, index)));
  return {
    version: 1,
    inputs,
    outputs: [
      outputOf(label, problem, graph),
      ...(graph?.others ?? []).map(
        ({ name, width }): SignatureOutput => ({
          name,
          type: width === undefined || width > 1 ? 'numbers' : 'number',
        }),
      ),
    ],
  };
}

function inputOf(name: string, profile: FeatureProfile, column: GraphColumn | undefined): SignatureInput {
  if (column) checkColumn(name, profile, column);
  const optional = profile.missing > 0;
  if (profile.kind === 'numeric') {
    const range = rangeOf(profile);
    return { name, type: numericType(column), optional, ...(range && { range }) };
  }
  const { categories, other } = profile;
  const isComplete = other === 0 && categories.length < MAXIMUM_BINS;
  return isComplete
    ? { name, type: 'category', optional, categories: [...categories] }
    : { name, type: 'text', optional };
}

/**
 * Texts need an input of texts. A number may go into one: it may be a category that the schema does not tell.
 */
function checkColumn(name: string, { kind }: FeatureProfile, { input, width }: GraphColumn): void {
  if (kind === 'categorical' && input.type !== 'string') {
    throw new UnservableModelError(
      `the feature '${name}' is a category, but the ONNX model's input '${input.name}' takes ${input.type}: export the model with its encoder, and an input of StringTensorType([None, 1]) for the column`,
    );
  }
  if (width > 1) {
    throw new UnservableModelError(
      `the feature '${name}' is one cell, but the ONNX model's input '${input.name}' takes a tensor of ${input.shape.join(' x ')}`,
    );
  }
}

function numericType(column: GraphColumn | undefined): InputType {
  const type = column?.input.type ?? 'float32';
  if (type === 'bool') return 'boolean';
  return type.startsWith('float') || type === 'string' ? 'number' : 'integer';
}

function rangeOf({ edges }: NumericProfile): SignatureInput['range'] {
  // The last edge is the greatest value.
  const [minimum, maximum] = [leastOf(edges), edges.at(-1)];
  return minimum === undefined || maximum === undefined ? undefined : { minimum, maximum };
}

function ofSummaries({ name, rank }: ModelInput, features: KnownOfModel['features']): SignatureInput {
  if (rank === 0) return inputOf(name, features[name] as FeatureProfile, undefined);
  const shape = sizeFeatures({ name, rank }).map((feature) => sizeIn(features[feature]));
  return { name, type: 'tensor', optional: false, shape };
}

function sizeIn(sizes: FeatureProfile | undefined): number {
  const { minimum, maximum } = (sizes?.kind === 'numeric' && rangeOf(sizes)) || {};
  return minimum !== undefined && minimum === maximum ? minimum : -1;
}

function ofGraphAlone({ name, input, width }: GraphColumn, index: number): SignatureInput {
  const known = { name: name ?? `${input.name}[${index}]`, optional: false };
  if (width > 1) return { ...known, type: 'tensor', shape: input.shape };
  if (input.type === 'string') return { ...known, type: 'text' };
  return { ...known, type: numericType({ input, at: 0, width }) };
}

/** @throws UnservableModelError if the graph has another number of classes */
function outputOf(name: string, problem: Problem, graph: ServedGraph | undefined): SignatureOutput {
  if (problem.type !== 'multiClass') {
    return { name, type: problem.type === 'binary' ? 'probability' : 'number' };
  }
  const width = graph?.scores?.width ?? problem.classes;
  if (width !== problem.classes) {
    throw new UnservableModelError(
      `the ONNX model answers with ${width} numbers a row, but the problem has ${problem.classes} classes: train it on rows of each class, and export its probabilities`,
    );
  }
  const classes = graph?.classes ?? Array.from({ length: problem.classes }, (_, index) => index);
  return { name, type: 'probabilities', classes };
}
