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
  /** In the order of their timestamps. */
  readonly events: LogEvent[];
}

export interface LogEvent {
  /** Of the event itself, by whoever wrote it. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

const DAY = 86_400_000;

/** Adds events, which come in the order of their timestamps. */
export function append(stream: LogStream, added: readonly LogEvent[]): void {
  const last = stream.events.at(-1);
  stream.events.push(...added);
  const first = added[0];
  if (last && first && first.timestamp < last.timestamp) {
    stream.events.sort((a, b) => a.timestamp - b.timestamp);
  }
}

/** Forgets what is older than the group's retention. */
export function expire(group: LogGroup, now: number): void {
  if (group.retentionInDays === undefined) return;
  const oldest = now - group.retentionInDays * DAY;
  for (const { events } of group.streams.values()) {
    const kept = events.findIndex(({ timestamp }) => timestamp >= oldest);
    events.splice(0, kept < 0 ? events.length : kept);
  }
}
