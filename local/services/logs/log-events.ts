import type { Cloud } from '../../gateway/service';
import type { LogGroup, LogStream } from './log-group';

export interface LogEvent {
  /** Of the event itself, by whoever wrote it. Milliseconds since the epoch, like all times here. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** Events of a page, before the next one begins. */
const PAGE = 50;
const DAY = 86_400_000;

/**
 * The events of all streams, in pages: an entry that changes is written as a whole before a request is
 * answered, and the stream of a function gets events with each invocation.
 */
export class LogEvents {
  private readonly pages: Map<string, LogEvent[]>;

  constructor(cloud: Pick<Cloud, 'table'>) {
    this.pages = cloud.table('logs/events');
  }

  append(group: LogGroup, stream: LogStream, added: readonly LogEvent[]): void {
    const last = this.pages.get(keyOf(group, stream, stream.pages - 1));
    if (last && last.length < PAGE) {
      last.push(...added);
    } else {
      this.pages.set(keyOf(group, stream, stream.pages), [...added]);
      stream.pages++;
    }
  }

  /** In the order of their timestamps. */
  of(group: LogGroup, stream: LogStream): LogEvent[] {
    return keysOf(group, stream)
      .flatMap((key) => this.pages.get(key) ?? [])
      .sort((a, b) => a.timestamp - b.timestamp);
  }

  /** Forgets what is older than the group's retention. */
  expire(group: LogGroup, now: number): void {
    if (group.retentionInDays === undefined) return;
    const oldest = now - group.retentionInDays * DAY;
    for (const stream of group.streams.values()) {
      for (const key of keysOf(group, stream)) {
        const page = this.pages.get(key) ?? [];
        const kept = page.filter(({ timestamp }) => timestamp >= oldest);
        if (kept.length < page.length) this.pages.set(key, kept);
      }
    }
  }

  remove(group: LogGroup, streams: Iterable<LogStream> = group.streams.values()): void {
    for (const stream of streams) for (const key of keysOf(group, stream)) this.pages.delete(key);
  }
}

function keysOf(group: LogGroup, stream: LogStream): string[] {
  return Array.from({ length: stream.pages }, (_, page) => keyOf(group, stream, page));
}

/** Neither name may hold a colon, by the patterns of the service model. */
function keyOf({ name }: LogGroup, stream: LogStream, page: number): string {
  return `${name}:${stream.name}:${page}`;
}
