import { type Aggregate, addValue, merge, newAggregate } from './statistics';

/** A metric of CloudWatch: namespace, name and exact dimensions. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface StoredMetric extends MetricIdentity {
  /** When data came last, in milliseconds since the epoch. */
  active: number;
  /** Data by unit; `None` where none was given. */
  readonly units: Map<string, Buckets>;
}

/** Aggregates by the start of their minute or second, in milliseconds since the epoch. */
interface Buckets {
  readonly minutes: Map<number, Aggregate>;
  /** Only of values with a storage resolution of one second. */
  readonly seconds: Map<number, Aggregate>;
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
  private readonly compacted = new Map<Buckets, number>();

  constructor(private readonly table: Map<string, unknown>) {}

  add(identity: MetricIdentity, sample: Sample): void {
    const id = keyOf(identity);
    let metric = this.metrics.get(id);
    if (!metric) {
      metric = { ...identity, active: 0, units: new Map() };
      this.metrics.set(id, metric);
    }
    metric.active = Math.max(metric.active, sample.time);
    let buckets = metric.units.get(sample.unit);
    if (!buckets) {
      buckets = { minutes: new Map(), seconds: new Map() };
      metric.units.set(sample.unit, buckets);
    }
    put(buckets.minutes, floor(sample.time, MINUTE), sample.aggregate);
    if (sample.isHighResolution) put(buckets.seconds, floor(sample.time, SECOND), sample.aggregate);
    this.compact(buckets, sample.time);
  }

  list(): readonly (MetricIdentity & { readonly active: number })[] {
    return [...this.metrics.values()];
  }

  /** The units in which data of a metric came. */
  units(identity: MetricIdentity): string[] {
    return [...(this.metrics.get(keyOf(identity))?.units.keys() ?? [])];
  }

  /** Aggregates of the periods from `start` to before `end` that have data, by their start. */
  read(
    identity: MetricIdentity,
    range: { readonly start: number; readonly end: number; readonly period: number; readonly unit?: string },
  ): Map<number, Aggregate> {
    const metric = this.metrics.get(keyOf(identity));
    const result = new Map<number, Aggregate>();
    for (const [unit, { minutes, seconds }] of metric?.units ?? []) {
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

  private get metrics(): Map<string, StoredMetric> {
    return this.table as Map<string, StoredMetric>;
  }

  /** Once an hour of a metric's own time. */
  private compact(buckets: Buckets, now: number): void {
    if ((this.compacted.get(buckets) ?? Number.NEGATIVE_INFINITY) > now - HOUR) return;
    this.compacted.set(buckets, now);
    for (const time of buckets.seconds.keys()) if (time < now - KEEP_SECONDS) buckets.seconds.delete(time);
    for (const [time, aggregate] of buckets.minutes) {
      const coarse = floor(time, COARSE);
      if (time >= now - KEEP_MINUTES || time === coarse) continue;
      put(buckets.minutes, coarse, aggregate);
      buckets.minutes.delete(time);
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

function put(buckets: Map<number, Aggregate>, time: number, aggregate: Aggregate): void {
  let bucket = buckets.get(time);
  if (!bucket) {
    bucket = newAggregate();
    buckets.set(time, bucket);
  }
  merge(bucket, aggregate);
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

function floor(time: number, step: number): number {
  return Math.floor(time / step) * step;
}
