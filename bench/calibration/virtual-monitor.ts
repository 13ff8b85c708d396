import { type DatasetProfile, merge } from '../../lambda/domain/data/profile';
import { type Hour, hourBefore } from '../../lambda/domain/records/hour';
import { hasVerdict } from '../../lambda/domain/traffic/drift-document';
import {
  compareTraffic,
  type DriftPlan,
  type TrafficComparison,
} from '../../lambda/monitor-model/compare-traffic';

const HOUR = 3_600_000;
const DAY = 24;
/** A Monday. */
export const START = Date.parse('2026-11-02T00:00:00Z');

/** The comparisons of a monitor that names none, as `DriftComparison.defaults()` of the constructs. */
export const DEFAULT_PLAN: DriftPlan = {
  comparisons: [
    {
      window: { hours: 24, maximumHours: 168 },
      reference: { is: 'trainingData' },
      minimumDistance: 0.2,
    },
    { window: { hours: 168, maximumHours: 672 }, reference: { is: 'trainingData' } },
    {
      window: { hours: 24, maximumHours: 168 },
      reference: { is: 'sameHours', everyHours: 168, times: 4 },
    },
  ],
  expectedFalseAlarmsPerYear: 1,
  policy: { minimumDistance: 0.05 },
  ignoredFeatures: [],
};

/** What a monitor says at the end of an hour. */
export interface VirtualHour {
  readonly comparisons: readonly TrafficComparison[];
  /** Whether a comparison found drift. */
  readonly hasDrift: boolean;
  /** Whether the drift alarm is on: drift in 2 of 3 hours, as by default. */
  readonly isAlarm: boolean;
}

/** The monitor's own comparisons, hour after hour, of traffic in memory. */
export class VirtualMonitor {
  private readonly hours: DatasetProfile[] = [];
  /** Each ends with its hour. */
  private readonly days: DatasetProfile[] = [];
  /** Of the calendar day so far. */
  private untilNow: DatasetProfile | undefined;
  /** Of the calendar day before, from each of its hours on. */
  private restOfDayBefore: readonly DatasetProfile[] = [];
  private readonly verdicts: boolean[] = [];
  /** Hours of the shortest window with drift that ends then. */
  private readonly drifted = new Map<number, number>();

  constructor(
    private readonly baseline: DatasetProfile,
    private readonly plan: DriftPlan = DEFAULT_PLAN,
  ) {}

  /** Adds an hour without comparing it. */
  remember(profile: DatasetProfile): void {
    const { hours } = this;
    const ofDay = hours.length % DAY;
    hours.push(profile);
    const untilNow = ofDay === 0 ? profile : merge(this.untilNow as DatasetProfile, profile);
    this.untilNow = untilNow;
    const rest = this.restOfDayBefore[ofDay + 1];
    this.days.push(rest ? merge(rest, untilNow) : untilNow);
    if (ofDay === DAY - 1) this.restOfDayBefore = restsOf(hours.slice(-DAY));
  }

  /** Another monitor that has seen the same traffic. */
  copy(): VirtualMonitor {
    const copied = new VirtualMonitor(this.baseline, this.plan);
    copied.hours.push(...this.hours);
    copied.days.push(...this.days);
    copied.untilNow = this.untilNow;
    copied.restOfDayBefore = this.restOfDayBefore;
    return copied;
  }

  async next(profile: DatasetProfile): Promise<VirtualHour> {
    this.remember(profile);
    const comparisons = await compareTraffic(this.plan, {
      baseline: this.baseline,
      since: new Date(START),
      last: hourBefore(new Date(START + this.hours.length * HOUR)),
      read: async (last, hours) => this.read(last, hours),
      hasDrifted: async ({ end }, hours) =>
        (this.drifted.get(end.getTime()) ?? Number.POSITIVE_INFINITY) <= hours,
    });
    const found = comparisons.filter((one) => hasVerdict(one) && one.report.status === 'drift');
    const end = START + this.hours.length * HOUR;
    const hasDrift = found.length > 0;
    if (hasDrift)
      this.drifted.set(end, Math.min(...found.map(({ from }) => (end - Date.parse(from)) / HOUR)));
    this.verdicts.push(hasDrift);
    return { comparisons, hasDrift, isAlarm: this.verdicts.slice(-3).filter(Boolean).length >= 2 };
  }

  private read({ end }: Hour, hours: number): DatasetProfile {
    const last = (end.getTime() - START) / HOUR;
    const days = Math.floor(hours / DAY);
    const parts = [
      ...Array.from({ length: days }, (_, day) => this.days[last - 1 - day * DAY]),
      ...this.hours.slice(last - hours, last - days * DAY),
    ];
    return (parts as DatasetProfile[]).reduce(merge);
  }
}

/** From each hour of a day on. */
function restsOf(hours: readonly DatasetProfile[]): DatasetProfile[] {
  const rests: DatasetProfile[] = [];
  for (const hour of [...hours].reverse()) rests.unshift(rests[0] ? merge(hour, rests[0]) : hour);
  return rests;
}
