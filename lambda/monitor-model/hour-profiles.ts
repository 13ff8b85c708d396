import { readBelow } from '../aws/read-ahead';
import type { ArtifactStore } from '../aws/store';
import { baselineSchema } from '../domain/data/baseline';
import type { DatasetProfile } from '../domain/data/profile';
import { capturePrefix } from '../domain/records/bucket-layout';
import type { Hour } from '../domain/records/hour';
import { type CaptureProfile, type CaptureProfileProps, profileCapture } from './profile-capture';

export interface HourProfilesProps extends CaptureProfileProps {
  readonly store: ArtifactStore;
  readonly endpointName: string;
  readonly variant: string;
}

/** What was recorded of a version, hour by hour. */
export class HourProfiles {
  constructor(private readonly props: HourProfilesProps) {}

  /** Where the reports of an hour are. */
  folder(hour: Hour): string {
    return `profiles/${this.props.variant}/${hour.path}`;
  }

  /** Profiles an hour's recorded traffic and keeps the result, unless nothing was recorded. */
  async profile(hour: Hour): Promise<CaptureProfile> {
    const { store, endpointName, variant } = this.props;
    const files = readBelow(store, capturePrefix(endpointName, variant, hour.path));
    const found = await profileCapture(files, this.props);
    if (found.records > 0) await store.writeJson(this.keyOf(hour), found.profile);
    return found;
  }

  /** The profile of an hour that was watched before; profiled now if the monitor did not run then. */
  async read(hour: Hour): Promise<DatasetProfile> {
    const kept = await this.props.store.tryReadJson(this.keyOf(hour), baselineSchema);
    return kept ?? (await this.profile(hour)).profile;
  }

  private keyOf(hour: Hour): string {
    return `${this.folder(hour)}/profile.json`;
  }
}
