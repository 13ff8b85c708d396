import { type Aggregate, addValue, merge, newAggregate } from './statistics';

/** A metric of CloudWatch: namespace, name and exact dimensions. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface StoredMetric extends MetricIdentity {
  /** When data came last, in milliseconds since the epoch. */
  readonly active: number;
}

/** Aggregates by the start of their minute or second, in milliseconds since the epoch. */
interface Buckets {
  readonly minutes: Map<number, Aggregate>;
  /** Only of values with a storage resolution of one second. */
  readonly seconds: Map<number, Aggregate>;
}

type Resolution = keyof Buckets;

/** One minute or second of a metric in one unit, as it is kept: what changes is written by itself. */
interface StoredBucket {
  readonly metric: string;
  /** `None` where none was given. */
  readonly unit: string;
  readonly resolution: Resolution;
  readonly start: number;
  readonly aggregate: Aggregate;
}

/** Where what is stored stays over a restart. */
export interface MetricTables {
  /** Metrics by their key. */
  readonly metrics: Map<string, StoredMetric>;
  readonly buckets: Map<string, StoredBucket>;
}

export interface Sample {
  readonly unit: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly isHighResolution: boolean;
  readonly aggregate: Aggregate;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long CloudWatch keeps seconds and minutes; what is older is kept by five minutes. */
const KEEP_SECONDS = 3 * HOUR;
const KEEP_MINUTES = 15 * DAY;
const COARSE = 5 * MINUTE;

/** All metric data, aggregated by minute. */
export class MetricStore {
  private readonly metrics = new Map<string, StoredMetric>();
  /** By metric and unit. */
  private readonly data = new Map<string, Map<string, Buckets>>();
  private readonly compacted = new Map<Buckets, number>();

  constructor(private readonly tables: MetricTables) {
    for (const [id, metric] of tables.metrics) this.metrics.set(id, metric);
    for (const { metric, unit, resolution, start, aggregate } of tables.buckets.values()) {
      this.bucketsOf(metric, unit)[resolution].set(start, aggregate);
    }
  }

  add({ namespace, name, dimensions }: MetricIdentity, { unit, time, ...sample }: Sample): void {
    const id = keyOf({ namespace, name, dimensions });
    const active = Math.max(this.metrics.get(id)?.active ?? time, time);
    const metric: StoredMetric = { namespace, name, dimensions, active };
    this.metrics.set(id, metric);
    this.tables.metrics.set(id, metric);
    this.put(id, unit, 'minutes', floor(time, MINUTE), sample.aggregate);
    if (sample.isHighResolution) this.put(id, unit, 'seconds', floor(time, SECOND), sample.aggregate);
    this.compact(id, unit, time);
  }

  list(): readonly StoredMetric[] {
    return [...this.metrics.values()];
  }

  /** The units in which data of a metric came. */
  units(identity: MetricIdentity): string[] {
    return [...(this.data.get(keyOf(identity))?.keys() ?? [])];
  }

  /** Aggregates of the periods from `start` to before `end` that have data, by their start. */
  read(
    identity: MetricIdentity,
    range: { readonly start: number; readonly end: number; readonly period: number; readonly unit?: string },
  ): Map<number, Aggregate> {
    const result = new Map<number, Aggregate>();
    for (const [unit, { minutes, seconds }] of this.data.get(keyOf(identity)) ?? []) {
      if (range.unit !== undefined && range.unit !== unit) continue;
      const isFine = range.period < MINUTE;
      for (const [time, aggregate] of within(
        isFine ? seconds : minutes,
        isFine ? SECOND : MINUTE,
        range.start,
        range.end,
      )) {
        const bucket = range.start + floor(time - range.start, range.period);
        put(result, bucket, aggregate);
      }
    }
    return result;
  }

  private bucketsOf(metric: string, unit: string): Buckets {
    let units = this.data.get(metric);
    if (!units) {
      units = new Map();
      this.data.set(metric, units);
    }
    let buckets = units.get(unit);
    if (!buckets) {
      buckets = { minutes: new Map(), seconds: new Map() };
      units.set(unit, buckets);
    }
    return buckets;
  }

  private put(metric: string, unit: string, resolution: Resolution, start: number, added: Aggregate): void {
    const aggregate = put(this.bucketsOf(metric, unit)[resolution], start, added);
    const bucket: StoredBucket = { metric, unit, resolution, start, aggregate };
    this.tables.buckets.set(bucketKey(bucket), bucket);
  }

  private remove(metric: string, unit: string, resolution: Resolution, start: number): void {
    this.bucketsOf(metric, unit)[resolution].delete(start);
    this.tables.buckets.delete(bucketKey({ metric, unit, resolution, start }));
  }

  /** Once an hour of a metric's own time. */
  private compact(metric: string, unit: string, now: number): void {
    const buckets = this.bucketsOf(metric, unit);
    if ((this.compacted.get(buckets) ?? Number.NEGATIVE_INFINITY) > now - HOUR) return;
    this.compacted.set(buckets, now);
    for (const time of buckets.seconds.keys()) {
      if (time < now - KEEP_SECONDS) this.remove(metric, unit, 'seconds', time);
    }
    for (const [time, aggregate] of buckets.minutes) {
      const coarse = floor(time, COARSE);
      if (time >= now - KEEP_MINUTES || time === coarse) continue;
      this.put(metric, unit, 'minutes', coarse, aggregate);
      this.remove(metric, unit, 'minutes', time);
    }
  }
}

/** Looks minutes up one by one where that is shorter than going through all. */
function* within(
  buckets: ReadonlyMap<number, Aggregate>,
  step: number,
  start: number,
  end: number,
): Iterable<[number, Aggregate]> {
  if ((end - start) / step < buckets.size) {
    for (let time = floor(start + step - 1, step); time < end; time += step) {
      const aggregate = buckets.get(time);
      if (aggregate) yield [time, aggregate];
    }
  } else {
    for (const [time, aggregate] of buckets) if (time >= start && time < end) yield [time, aggregate];
  }
}

function put(buckets: Map<number, Aggregate>, time: number, aggregate: Aggregate): Aggregate {
  let bucket = buckets.get(time);
  if (!bucket) {
    bucket = newAggregate();
    buckets.set(time, bucket);
  }
  merge(bucket, aggregate);
  return bucket;
}

/** An aggregate of one value. */
export function single(value: number, count = 1): Aggregate {
  const aggregate = newAggregate();
  addValue(aggregate, value, count);
  return aggregate;
}

function keyOf({ namespace, name, dimensions }: MetricIdentity): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

function bucketKey({ metric, unit, resolution, start }: Omit<StoredBucket, 'aggregate'>): string {
  return `${metric} ${unit} ${resolution} ${start}`;
}

function floor(time: number, step: number): number {
  return Math.floor(time / step) * step;
}
