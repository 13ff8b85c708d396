/** A record of a stream with its score, as it leaves for consumers: one JSON object each. */
export interface ScoredRecord {
  /**
   * Of the record in its source, the same however often it is delivered: consumers drop records whose id they
   * know.
   */
  readonly id: string;
  /**
   * The id that labels of the record have: that of the record or, if an endpoint takes no such id, its hash.
   */
  readonly inferenceId: string;
  readonly pipeline: string;
  /** Name of the stream inference. */
  readonly stream: string;
  /** Records of a key are answered by one version; without a key in the record, its id. */
  readonly key: string;
  /** When the record came into its source, ISO 8601 in UTC. */
  readonly time: string;
  readonly modelVersion: string;
  readonly variant: string;
  /** As the inference function answers a row. */
  readonly prediction: number | string | readonly number[];
  /** Of several classes. */
  readonly probabilities?: readonly number[] | undefined;
  /** Labels of the classes in the order of their probabilities. */
  readonly classes?: readonly (string | number)[] | undefined;
  /** Further outputs of the model by their names. */
  readonly outputs?: Readonly<Record<string, number | readonly number[]>> | undefined;
  /** Fields of the record that the model does not take, as they came. */
  readonly carried?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Why a record cannot be scored, however often it is tried, each with what people read after a number of
 * records.
 */
export const POISON_REASONS = {
  empty: 'have no data',
  encoding: 'are not UTF-8',
  content: 'are neither JSON nor a line of CSV',
  key: 'do not have the field of the key, as text or a number',
  row: 'do not fit the columns of the model',
  answer: 'are answered by no number',
  output: 'have a score that the output never takes',
} as const;

export type PoisonReason = keyof typeof POISON_REASONS;

/** A record that could not be scored, as it is in the queue of dead letters. */
export interface DeadLetter {
  readonly id: string;
  readonly pipeline: string;
  readonly stream: string;
  readonly reason: PoisonReason;
  /** What is wrong, in words. */
  readonly message: string;
  /** Where the record is in its source, such as shard and sequence number. */
  readonly place: Readonly<Record<string, string | number>>;
  /** When the record came into its source, ISO 8601 in UTC. */
  readonly time: string;
  /** The version that was to score it; undefined if the record could not even be read. */
  readonly modelVersion?: string | undefined;
  /** The record's data as text, or in base64 if they are not UTF-8; undefined if they are too large. */
  readonly data?: { readonly encoding: 'utf8' | 'base64'; readonly content: string } | undefined;
}
