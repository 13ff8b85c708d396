import type { ArtifactStore } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import { type Baseline, baselineSchema } from '../domain/data/baseline';
import { type DatasetProfile, haveSameBins, merge } from '../domain/data/profile';
import { type Hour, hoursEarlier, hoursSince } from '../domain/records/hour';
import type { CaptureProfile } from '../domain/traffic/capture-profile';
import { profileCapture } from '../profile-capture/profile-capture';
import type { GroupedHours } from './grouped-hours';
import { NotProfiledYet } from './not-profiled-yet';

const DAY = 24;
/** Profiles that are read at a time; one of 20 features has some 500 KB. */
const AT_A_TIME = 16;
/** Hours that are profiled in one run at most: the function has 15 minutes. */
const MOST_PROFILED = 24;

/**
 * What was recorded of a model, as profiles of hours and of days. A day ends with each hour: of a week, seven
 * objects are read instead of 168.
 */
export class TrafficHistory {
  /** Days, and the hour that was added: all hours of a week would not fit into memory. */
  private readonly known = new Map<string, Promise<DatasetProfile>>();
  private profiled = 0;

  constructor(
    private readonly store: ArtifactStore,
    private readonly model: WatchedModel,
    private readonly baseline: Baseline,
    private readonly groupedHours: Pick<GroupedHours, 'profileOrFiles'>,
  ) {}

  /**
   * Profiles the recorded traffic of an hour, keeps the result, and that of the day which ends with it.
   *
   * @throws NotProfiledYet if a workflow profiles it
   */
  async add(hour: Hour): Promise<CaptureProfile> {
    const found = await this.profile(hour);
    this.known.set(this.keyOf(hour, 'profile.json'), Promise.resolve(found.profile));
    if (hoursSince(this.model.since, hour) < DAY) return found;
    const key = this.keyOf(hour, 'day-profile.json');
    const day = await this.mergeHours(hour, DAY).catch(unlessProfiledLater);
    if (!day) return found;
    await this.store.writeJson(key, day);
    this.known.set(key, Promise.resolve(day));
    return found;
  }

  /**
   * The profile of so many hours; it is exact.
   *
   * @param last of the hours
   * @throws NotProfiledYet
   */
  async read(last: Hour, hours: number): Promise<DatasetProfile> {
    const days = Math.floor(hours / DAY);
    let merged: DatasetProfile | undefined;
    for (let day = 0; day < days; day++) {
      const one = await this.day(hoursEarlier(last, day * DAY));
      merged = merged ? merge(merged, one) : one;
    }
    const rest = hours - days * DAY;
    if (rest === 0 && merged) return merged;
    const others = await this.mergeHours(hoursEarlier(last, days * DAY), rest);
    return merged ? merge(merged, others) : others;
  }

  /** The day that ends with an hour; from its hours if the monitor did not run then. */
  private day(hour: Hour): Promise<DatasetProfile> {
    const key = this.keyOf(hour, 'day-profile.json');
    const found = this.known.get(key) ?? this.kept(key).then((kept) => kept ?? this.mergeHours(hour, DAY));
    this.known.set(key, found);
    return found;
  }

  private async mergeHours(last: Hour, hours: number): Promise<DatasetProfile> {
    let merged: DatasetProfile | undefined;
    for (let start = 0; start < hours; start += AT_A_TIME) {
      const count = Math.min(AT_A_TIME, hours - start);
      const some = Array.from({ length: count }, (_, index) => this.hour(hoursEarlier(last, start + index)));
      for (const one of await Promise.all(some)) merged = merged ? merge(merged, one) : one;
    }
    return merged as DatasetProfile;
  }

  /** Profiled now if the monitor did not run then, or had another baseline. */
  private async hour(hour: Hour): Promise<DatasetProfile> {
    const key = this.keyOf(hour, 'profile.json');
    return this.known.get(key) ?? (await this.kept(key)) ?? (await this.profile(hour)).profile;
  }

  private async kept(key: string): Promise<DatasetProfile | undefined> {
    const kept = await this.store.tryReadJson(key, baselineSchema);
    return kept && haveSameBins(kept, this.baseline) ? kept : undefined;
  }

  private async profile(hour: Hour): Promise<CaptureProfile> {
    if (this.profiled++ >= MOST_PROFILED) {
      throw new NotProfiledYet(
        `past hours are still being profiled, ${MOST_PROFILED} in each run: the monitor did not run then, or had another baseline`,
      );
    }
    const { model, baseline } = this;
    const columns = Object.keys(baseline.features);
    const read = await this.groupedHours.profileOrFiles(hour, model, baseline);
    const found =
      'profile' in read ? read : await profileCapture(read, { baseline, columns, since: model.since });
    await this.store.writeJson(this.keyOf(hour, 'profile.json'), found.profile);
    return found;
  }

  private keyOf(hour: Hour, report: 'profile.json' | 'day-profile.json'): string {
    return this.model.reportKey(hour, report);
  }
}

/** The hours of a day can be read one by one instead. */
function unlessProfiledLater(error: unknown): undefined {
  if (!(error instanceof NotProfiledYet)) throw error;
}
