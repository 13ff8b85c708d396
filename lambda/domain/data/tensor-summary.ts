/** An input of a model that takes tensors: what requests have for it in each row. */
export interface ModelInput {
  readonly name: string;
  /** Dimensions of one row: 0 of a single value, 1 of a vector. */
  readonly rank: number;
}

/** A tensor as JSON has it: lists of lists of numbers or truth values. */
export type Tensor = readonly unknown[];

/**
 * What is measured of a tensor: the number of its elements; mean, standard deviation (of a population) and L2
 * norm of those that are finite numbers; the shares of zeros and of others than finite numbers among all.
 */
const MEASURES = ['elements', 'mean', 'deviation', 'norm', 'zeros', 'nonFinite'] as const;

/**
 * Of a vector, such as an embedding, its direction is measured, too: by projections of the vector of length 1
 * on random vectors of signs, always the same ones (D. Achlioptas, Journal of Computer and System Sciences 66
 * (2003), p. 671). Vectors that point elsewhere, with the same elements in another order, differ in nothing
 * else.
 */
const PROJECTIONS = 4;

/** Deeper lists are none of a tensor. */
const MOST_DIMENSIONS = 8;

/**
 * Features in the place of the inputs, in their order: of a tensor its measures, such as `image.mean`, and
 * its size by dimension, such as `image.size[0]`, or the projections of a vector, such as
 * `words.projection[0]`; of a single value the value.
 */
export function featuresOfInputs(inputs: readonly ModelInput[]): string[] {
  return inputs.flatMap(({ name, rank }) =>
    rank === 0
      ? [name]
      : [
          ...MEASURES.map((measure) => `${name}.${measure}`),
          ...sizedDimensions(rank).map((dimension) => `${name}.size[${dimension}]`),
          ...projectionsOf(rank).map((index) => `${name}.projection[${index}]`),
        ],
  );
}

/** The features of a tensor that are its sizes, by dimension. */
export function sizeFeatures({ name, rank }: ModelInput): string[] {
  if (rank === 1) return [`${name}.elements`];
  return sizedDimensions(rank).map((dimension) => `${name}.size[${dimension}]`);
}

/** The size of a vector is the number of its elements. */
function sizedDimensions(rank: number): number[] {
  return rank === 1 ? [] : Array.from({ length: rank }, (_, dimension) => dimension);
}

function projectionsOf(rank: number): number[] {
  return rank === 1 ? Array.from({ length: PROJECTIONS }, (_, index) => index) : [];
}

/** Values of a tensor's features; all NaN if it has other dimensions. */
export function summaryOf(tensor: unknown, rank: number): number[] {
  const sizes = sizesOf(tensor);
  if (sizes.length !== rank) return featuresOfInputs([{ name: '', rank }]).map(() => Number.NaN);
  const summary = new ElementSummary(projectionsOf(rank).length);
  summary.addAll(tensor as Tensor, rank);
  return [
    ...summary.measures(),
    ...sizedDimensions(rank).map((dimension) => sizes[dimension] as number),
    ...projectionsOf(rank).map((index) => summary.projection(index)),
  ];
}

/** Sizes of a tensor by dimension, along its first elements; none of a single value. */
export function sizesOf(value: unknown): number[] {
  const sizes: number[] = [];
  for (let list = value; Array.isArray(list) && sizes.length < MOST_DIMENSIONS; list = list[0])
    sizes.push(list.length);
  return sizes;
}

class ElementSummary {
  private elements = 0;
  private finite = 0;
  private zeros = 0;
  private mean = 0;
  private squaredDeviations = 0;
  private squares = 0;
  private readonly projections: Float64Array;

  constructor(projections: number) {
    this.projections = new Float64Array(projections);
  }

  addAll(list: readonly unknown[], rank: number): void {
    for (const one of list) {
      if (rank > 1 && Array.isArray(one)) this.addAll(one, rank - 1);
      else this.add(one);
    }
  }

  /** In the order of {@link MEASURES}. */
  measures(): number[] {
    const { elements, finite, zeros, squaredDeviations, squares } = this;
    const mean = finite === 0 ? Number.NaN : this.mean;
    const deviation = Math.sqrt(squaredDeviations / finite);
    const measured = [mean, deviation, Math.sqrt(squares), zeros / elements, 1 - finite / elements];
    // With single precision: where values are equal but for the error of their sums, a test would see
    // changes.
    return [elements, ...measured.map(Math.fround)];
  }

  /** How far the vector points along a random one; NaN for a vector of zeros. */
  projection(index: number): number {
    return Math.fround((this.projections[index] as number) / Math.sqrt(this.squares));
  }

  private project(value: number, signs: number): void {
    for (let i = 0; i < this.projections.length; i++) {
      (this.projections[i] as number) += (signs >>> i) & 1 ? value : -value;
    }
  }

  /** B. P. Welford, Technometrics 4 (1962), p. 419: the mean and the squares around it, value by value. */
  private add(element: unknown): void {
    const place = this.elements++;
    const value = typeof element === 'boolean' ? Number(element) : element;
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    this.finite++;
    if (value === 0) this.zeros++;
    this.squares += value * value;
    if (this.projections.length > 0) this.project(value, signsAt(place));
    const distance = value - this.mean;
    this.mean += distance / this.finite;
    this.squaredDeviations += distance * (value - this.mean);
  }
}

/** Signs of an element in the projections, a bit each: the end of MurmurHash3 (A. Appleby, public domain). */
function signsAt(place: number): number {
  let hash = Math.imul(place + 1, 0x9e3779b9);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
