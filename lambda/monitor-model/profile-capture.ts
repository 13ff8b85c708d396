import { type DatasetProfile, merge, type ProfileRow, profileRows } from '../domain/data/profile';
import { type CapturedRequest, parseCapture } from '../domain/traffic/capture';
import { RecentIds } from '../domain/traffic/recent-ids';

export interface CaptureProfileProps {
  /** Chooses the bins. */
  readonly baseline: DatasetProfile;
  /** Names of a row's cells, in their order. */
  readonly columns: readonly string[];
  /** Time from which the variant held the version that the baseline belongs to. */
  readonly since: Date;
}

/** Recorded traffic, summarised. */
export interface CaptureProfile {
  readonly profile: DatasetProfile;
  /** All records of the version, each once. */
  readonly records: number;
  /** Records that could not be read, or have no answer. */
  readonly unreadable: number;
  /** What was wrong with the first of them. */
  readonly firstProblem?: string;
}

/** Requests that are known when they are delivered again: some 50 MB of memory. */
const REMEMBERED_REQUESTS = 500_000;

/**
 * Profiles capture files one by one, so that an hour need not fit into memory. A request that is delivered
 * twice counts once, unless half a million others were read in between.
 */
export async function profileCapture(
  files: AsyncIterable<string>,
  { baseline, columns, since }: CaptureProfileProps,
): Promise<CaptureProfile> {
  let profile = profileRows(baseline, columns, []);
  let [records, unreadable] = [0, 0];
  let firstProblem: string | undefined;
  const counted = new RecentIds(REMEMBERED_REQUESTS);
  for await (const file of files) {
    const capture = parseCapture(file);
    const news = capture.requests.filter(({ eventId }) => counted.add(eventId));
    const { rows, answered, unanswered } = rowsOf(news, since, baseline.prediction !== undefined);
    profile = merge(profile, profileRows(baseline, columns, rows));
    unreadable += capture.unreadable + unanswered;
    records += answered + capture.unreadable + unanswered;
    firstProblem ??=
      capture.firstProblem ?? (unanswered > 0 ? 'a record has a request and no response' : undefined);
  }
  return { profile, records, unreadable, ...(firstProblem !== undefined && { firstProblem }) };
}

function rowsOf(requests: readonly CapturedRequest[], since: Date, needsAnswer: boolean) {
  const rows: ProfileRow[] = [];
  let [answered, unanswered] = [0, 0];
  for (const request of requests) {
    // The variant's previous version may have answered earlier in the same hour.
    if (Date.parse(request.inferenceTime) < since.getTime()) continue;
    const { predictions } = request;
    if (!predictions && needsAnswer) {
      unanswered++;
      continue;
    }
    answered++;
    for (const [index, cells] of request.rows.entries()) {
      rows.push({ cells, prediction: predictions?.[index] });
    }
  }
  return { rows, answered, unanswered };
}
