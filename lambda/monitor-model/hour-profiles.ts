import type { ArtifactStore } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import { type Baseline, baselineSchema } from '../domain/data/baseline';
import { type DatasetProfile, haveSameBins } from '../domain/data/profile';
import type { Hour } from '../domain/records/hour';
import type { CaptureProfile } from '../domain/traffic/capture-counter';
import { profileCapture } from './profile-capture';

/** What was recorded of a model, hour by hour. */
export class HourProfiles {
  constructor(
    private readonly store: ArtifactStore,
    private readonly model: WatchedModel,
    private readonly baseline: Baseline,
  ) {}

  /** Profiles an hour's recorded traffic and keeps the result, unless nothing was recorded. */
  async profile(hour: Hour): Promise<CaptureProfile> {
    const { model, baseline } = this;
    const columns = Object.keys(baseline.features);
    const found = await profileCapture(model.recorded(hour), { baseline, columns, since: model.since });
    if (found.records > 0) await this.store.writeJson(this.keyOf(hour), found.profile);
    return found;
  }

  /**
   * The profile of an hour that was watched before; profiled now if the monitor did not run then, or had
   * another baseline.
   */
  async read(hour: Hour): Promise<DatasetProfile> {
    const kept = await this.store.tryReadJson(this.keyOf(hour), baselineSchema);
    if (kept && haveSameBins(kept, this.baseline)) return kept;
    return (await this.profile(hour)).profile;
  }

  private keyOf(hour: Hour): string {
    return this.model.reportKey(hour, 'profile.json');
  }
}
