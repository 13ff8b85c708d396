/**
 * What a version takes and what it answers: the content of `models/<model-version>/model-signature.json`.
 * What a KMS key signs of a version is another document, {@link VersionSignature}.
 */
export interface ModelSignature {
  readonly version: 1;
  /** Columns of a row, in order. */
  readonly inputs: readonly SignatureInput[];
  readonly outputs: readonly SignatureOutput[];
}

/** What the cells of a column are. Of a category all are known, of a text they are not. */
export type InputType = 'number' | 'integer' | 'boolean' | 'category' | 'text' | 'date' | 'tensor';

/** One column. */
export interface SignatureInput {
  readonly name: string;
  readonly type: InputType;
  /** Whether a cell may have no value: some had none in the training data. */
  readonly optional: boolean;
  /** Least and greatest value of the training data; only of numbers, if they are known. */
  readonly range?: { readonly minimum: number; readonly maximum: number } | undefined;
  /** Only of a category, the most frequent first. */
  readonly categories?: readonly string[] | undefined;
  /** Only of a tensor: its sizes for one row; -1 for one that differs from row to row. */
  readonly shape?: readonly number[] | undefined;
}

/**
 * What rows are answered with: the probability of class 1 of two classes, the probabilities of several
 * classes, or a number, or several.
 */
export interface SignatureOutput {
  /** The label's column, or the output of the graph. */
  readonly name: string;
  readonly type: 'probability' | 'probabilities' | 'number' | 'numbers';
  /** Labels of several classes, in the order of their probabilities, if they are known. */
  readonly classes?: readonly (string | number)[] | undefined;
}
