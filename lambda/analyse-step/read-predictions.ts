import * as z from 'zod/mini';
import { HourlyFiles, keptFiles } from '../aws/hourly-files';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { ArtifactStore } from '../aws/store';
import { numericProfile } from '../domain/data/baseline';
import { mergeFeature, type NumericProfile, profileNumbers, rowsOf } from '../domain/data/profile';
import { capturePrefix, releasePredictionsKey } from '../domain/records/bucket-layout';
import { parseCapture } from '../domain/traffic/capture';
import { RecentIds } from '../domain/traffic/recent-ids';

export interface PredictionsProps {
  readonly endpointName: string;
  readonly releaseId: string;
  /** Its baseline chooses the bins. */
  readonly championVersion: string;
  readonly championVariant: string;
  readonly challengerVariant: string;
  /** When both had traffic. */
  readonly since: Date;
  readonly until: Date;
}

/** Recorded answers of both versions, in the same bins. */
export interface ReleasePredictions {
  readonly champion: NumericProfile;
  readonly challenger: NumericProfile;
}

/** More would not make the band noticeably narrower: it is .02 wide then. */
const ENOUGH_ROWS = 100_000;

/**
 * What both versions answered while both had traffic, as far as it has been delivered: capture comes minutes
 * late. Files that were counted are remembered, so that each is read once, and requests, so that one that
 * comes in another file, too, counts once. Undefined if the champion has no profile of its answers.
 */
export async function readPredictions(
  store: ArtifactStore,
  props: PredictionsProps,
): Promise<ReleasePredictions | undefined> {
  const baseline = await tryReadBaseline(store, props.championVersion);
  if (!baseline?.prediction) return undefined;
  const empty = profileNumbers([], baseline.prediction.edges);
  const key = releasePredictionsKey(props.releaseId);
  const seen = (await store.tryReadJson(key, seenPredictions)) ?? {
    files: {},
    requests: '',
    champion: empty,
    challenger: empty,
  };
  const known: Known = {
    files: new HourlyFiles(store, { ...props, kept: seen.files }),
    requests: new RecentIds(2 * ENOUGH_ROWS, seen.requests),
  };
  const champion = await readVariant(props, props.championVariant, seen.champion, known);
  const challenger = await readVariant(props, props.challengerVariant, seen.challenger, known);
  const { files, requests } = known;
  await store.writeJson(key, { files, requests, champion, challenger });
  return { champion, challenger };
}

/** What was counted. */
interface Known {
  readonly files: HourlyFiles;
  readonly requests: RecentIds;
}

async function readVariant(
  { endpointName, since }: PredictionsProps,
  variant: string,
  before: NumericProfile,
  { files, requests: counted }: Known,
): Promise<NumericProfile> {
  let profile = before;
  if (rowsOf(profile) >= ENOUGH_ROWS) return profile;
  for await (const { text } of files.unread((hour) => capturePrefix(endpointName, variant, hour))) {
    const answers = parseCapture(text)
      .requests.filter(({ inferenceTime }) => Date.parse(inferenceTime) >= since.getTime())
      .filter(({ eventId }) => counted.add(eventId))
      .flatMap(({ predictions = [] }) => predictions);
    profile = mergeFeature('prediction', profile, profileNumbers(answers, profile.edges));
    if (rowsOf(profile) >= ENOUGH_ROWS) break;
  }
  return profile;
}

export const seenPredictions = z.object({
  files: keptFiles,
  requests: z.string(),
  champion: numericProfile,
  challenger: numericProfile,
});
