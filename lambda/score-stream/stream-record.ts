/** A record of a stream, however its source delivers it. */
export interface StreamRecord {
  /** The same in each delivery, and of no other record. */
  readonly id: string;
  /** By which the source orders records; undefined if it orders none. */
  readonly key: string | undefined;
  /**
   * Records of one lane are scored in order: after one that failed, none of them is taken. Undefined if the
   * source has no order.
   */
  readonly lane: string | undefined;
  /** Where the record is in its source, in words of the source. */
  readonly place: Readonly<Record<string, string | number>>;
  /** When it came into its source. */
  readonly time: Date;
  /** Undefined if there are none, such as of a deletion. */
  readonly data: string | Uint8Array | undefined;
  /** By which the answer to Lambda names the record. */
  readonly itemIdentifier: ItemIdentifier;
  /** What Lambda delivers again if the answer names the record: itself, or its lane from it on. */
  readonly redelivers: 'itself' | 'lane';
}

/**
 * Of most sources a text, of Kafka a place.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export type ItemIdentifier = string | { readonly partition: string; readonly offset: number };
