import type { DatasetFile } from './dataset';

/** How much new data are worth a retraining: any of them. */
export interface NewDataPolicy {
  readonly files?: number;
  readonly bytes?: number;
  /** Age of the oldest new file. */
  readonly ageMinutes?: number;
}

export interface NewData {
  readonly isEnough: boolean;
  /** How much it is, in words. */
  readonly words: string;
}

/** A file, and when it was written, ISO 8601 in UTC. */
export type ArrivedFile = Pick<DatasetFile, 'key' | 'versionId' | 'bytes'> & { readonly modified: string };

/**
 * What has come, or was written again, since a snapshot.
 *
 * @param snapshot files of the latest snapshot; empty if there is none
 */
export function newData(
  files: readonly ArrivedFile[],
  snapshot: readonly Pick<DatasetFile, 'key' | 'versionId'>[],
  policy: NewDataPolicy,
  now: Date,
): NewData {
  const known = new Map(snapshot.map(({ key, versionId }) => [key, versionId]));
  const arrived = files.filter(({ key, versionId }) => known.get(key) !== versionId);
  if (arrived.length === 0) return { isEnough: false, words: 'no new files' };
  const bytes = arrived.reduce((sum, file) => sum + file.bytes, 0);
  const oldest = arrived.map(({ modified }) => modified).reduce((a, b) => (a < b ? a : b));
  const minutes = (now.getTime() - Date.parse(oldest)) / 60_000;
  return {
    isEnough:
      arrived.length >= (policy.files ?? Number.POSITIVE_INFINITY) ||
      bytes >= (policy.bytes ?? Number.POSITIVE_INFINITY) ||
      minutes >= (policy.ageMinutes ?? Number.POSITIVE_INFINITY),
    words: `new data: ${arrived.length} new files with ${bytes} bytes since the latest snapshot, the oldest of ${oldest}`,
  };
}
