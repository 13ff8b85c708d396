import type { CaptureGroupRequest, ProfiledGroup } from '../../contracts/functions/monitoring';
import { type RecordingStore, recordedFiles } from '../aws/recorded-files';
import type { ArtifactStore } from '../aws/store';
import { rememberedRequests } from '../domain/traffic/capture-counter';
import { capturePlan, groupProfileKey } from '../domain/traffic/capture-plan';
import { captureProfile } from '../domain/traffic/capture-profile';
import { profileCapture } from './profile-capture';

export interface ProfileGroupProps {
  readonly store: Pick<ArtifactStore, 'readJson' | 'tryReadJson' | 'writeOnce'>;
  /** The store of a bucket with recorded requests. */
  readonly storeOf: (bucketName: string) => RecordingStore;
}

/**
 * Profiles one group of an hour's files, as an hour that is one group is profiled. The first profile of a
 * group stands: more requests may have been delivered when it is profiled again.
 */
export async function profileGroup(
  { plan: planKey, group: number }: CaptureGroupRequest,
  { store, storeOf }: ProfileGroupProps,
): Promise<ProfiledGroup> {
  const key = groupProfileKey(planKey, number);
  const kept = await store.tryReadJson(key, captureProfile);
  if (kept) return { records: kept.records };
  const { recordings, baseline, since, groups } = await store.readJson(planKey, capturePlan);
  const group = groups[number];
  if (!group) throw new Error(`${planKey} has no group ${number}, only ${groups.length}`);
  const { after, last, knownAfter } = group;
  const files = (range: object) => recordedFiles(storeOf(recordings.bucket), recordings.prefix, range);
  const props = {
    baseline,
    columns: Object.keys(baseline.features),
    since: new Date(since),
    counted: rememberedRequests(),
  };
  // What is counted here is in the profile of another group; its requests are remembered.
  if (after !== knownAfter) await profileCapture(files({ after: knownAfter, last: after }), props);
  const found = await profileCapture(files({ after, last }), props);
  await store.writeOnce(key, JSON.stringify(found));
  return { records: found.records };
}
