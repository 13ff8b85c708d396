/** A log group as it is stored. */
export interface LogGroup {
  readonly name: string;
  /** Milliseconds since the epoch, like all times here. */
  readonly created: number;
  retentionInDays?: number;
  /** ARN. */
  kmsKeyId?: string | undefined;
  readonly tags: Record<string, string>;
  readonly streams: Map<string, LogStream>;
}

export interface LogStream {
  readonly name: string;
  readonly created: number;
  /** How many pages of events it has had. */
  pages: number;
}
