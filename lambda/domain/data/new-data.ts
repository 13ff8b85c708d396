import type { DatasetFile } from './dataset';

/** How much new data are worth a retraining: any of them. */
export interface NewDataPolicy {
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
  /** Age of the oldest new file. */
  readonly ageMinutes?: number | undefined;
}

export interface NewData {
  readonly isEnough: boolean;
  /** How much it is, in words. */
  readonly words: string;
}

/** A file, and when it was written, ISO 8601 in UTC. */
export type ArrivedFile = Pick<DatasetFile, 'key' | 'versionId' | 'bytes'> & { readonly modified: string };

/**
 * Files that were written before a training started. S3 tells the second of a write: files of the same second
 * may have come after the start.
 *
 * @param start ISO 8601; none are if nothing has started
 */
export function filesBefore(files: readonly ArrivedFile[], start: string | undefined): ArrivedFile[] {
  if (start === undefined) return [];
  const second = Math.floor(Date.parse(start) / 1000) * 1000;
  return files.filter(({ modified }) => Date.parse(modified) < second);
}

/**
 * What has come, or was written again, since a training.
 *
 * @param snapshot files that the training has read; empty if there was none
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
    words: `new data: ${arrived.length} new files with ${bytes} bytes that no training has read, the oldest of ${oldest}`,
  };
}
