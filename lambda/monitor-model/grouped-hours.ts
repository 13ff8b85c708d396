import { createHash } from 'node:crypto';
import { ahead, begun } from '../aws/read-ahead';
import { listedFiles, type RecordedFile, type RecordingStore } from '../aws/recorded-files';
import type { ArtifactStore, StoredObject } from '../aws/store';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { Baseline } from '../domain/data/baseline';
import type { Hour } from '../domain/records/hour';
import { captureGroups, GROUP_SIZE, type GroupSize } from '../domain/traffic/capture-groups';
import {
  type CapturePlan,
  capturePlan,
  groupListKeys,
  groupProfileKey,
} from '../domain/traffic/capture-plan';
import { type CaptureProfile, captureProfile, mergeCaptures } from '../domain/traffic/capture-profile';
import { NotProfiledYet } from './not-profiled-yet';

export interface GroupedHoursProps {
  readonly store: Pick<ArtifactStore, 'tryReadJson' | 'readJson' | 'writeJson' | 'writeOnce'>;
  /** The store of a bucket with recorded requests. */
  readonly storeOf: (bucketName: string) => RecordingStore;
  /**
   * Starts the workflow that profiles groups; an execution that has been started before is not started again.
   * @default - one function profiles an hour
   */
  readonly start?: StartGroups | undefined;
  /** The hour that the monitor was invoked for. */
  readonly invokedFor: Hour;
  /** Whether a workflow for this hour has ended: it is not started again. */
  readonly hasEnded: boolean;
  /** @default GROUP_SIZE */
  readonly size?: GroupSize | undefined;
}

type StartGroups = (executionName: string, input: GroupedHourInput) => Promise<void>;

/** Input of an execution that profiles the groups of an hour. */
export interface GroupedHourInput {
  /** ISO 8601: end of the hour. */
  readonly time: string;
  /** Key of the list of groups. */
  readonly list: string;
  /** Prefix of what became of them. */
  readonly results: string;
}

/** Groups that one function profiles in its 15 minutes where there is no workflow. */
const MOST_GROUPS_OF_ONE_FUNCTION = 3;
const MOST_FILES = MOST_GROUPS_OF_ONE_FUNCTION * GROUP_SIZE.files;

/**
 * Profiles of hours with more recorded requests than one function reads: a workflow profiles groups of their
 * files side by side, and their profiles together are that of the hour.
 */
export class GroupedHours {
  constructor(private readonly props: GroupedHoursProps) {}

  /**
   * The profile of an hour; or its files, listed once, if one function profiles all of them.
   *
   * @throws NotProfiledYet if the workflow is at work
   * @throws Error if it has ended, and a group has no profile; or if there is no workflow, and one function
   *   cannot profile so many files
   */
  async profileOrFiles(
    hour: Hour,
    model: WatchedModel,
    baseline: Baseline,
  ): Promise<CaptureProfile | AsyncIterable<RecordedFile>> {
    const { storeOf, start, hasEnded, invokedFor, size } = this.props;
    const recordings = model.recordings(hour);
    const store = storeOf(recordings.bucket);
    const listed: StoredObject[] = [];
    const groups = await captureGroups(noted(store.list(recordings.prefix), listed), size);
    if (groups.length <= (start ? 1 : MOST_GROUPS_OF_ONE_FUNCTION)) return listedFiles(store, listed);
    const files = `files below s3://${recordings.bucket}/${recordings.prefix}`;
    if (!start) {
      throw new Error(
        `the ${files} are ${groups.length} groups of 4 GiB or 50,000 files, and one function profiles ${MOST_GROUPS_OF_ONE_FUNCTION}: deploy the monitor with monitoring.parallelProfiling`,
      );
    }
    const since = model.since.toISOString();
    const { key, plan } = await this.plan(hour, model, { version: 1, since, recordings, baseline, groups });
    const profiles = await this.kept(key, plan);
    const missing = profiles.filter((profile) => profile === undefined).length;
    if (missing === 0) return (profiles as CaptureProfile[]).reduce(mergeCaptures);
    const what = `${missing} of ${profiles.length} groups of ${files}`;
    if (hasEnded && hour.path === invokedFor.path) {
      throw new Error(`${what} could not be profiled: see the log of the function profile-capture`);
    }
    await this.startWorkflow(start, hour, key, plan);
    throw new NotProfiledYet(`${what} are being profiled`);
  }

  /** What was planned first stands: groups that were profiled are those of its list. */
  private async plan(hour: Hour, model: WatchedModel, planned: CapturePlan) {
    const { groups: _, ...rest } = planned;
    const key = model.capturePlanKey(hour, idOf(rest));
    const { store } = this.props;
    const known = await store.tryReadJson(key, capturePlan);
    if (known) return { key, plan: known };
    const isOurs = await store.writeOnce(key, JSON.stringify(planned));
    return { key, plan: isOurs ? planned : await store.readJson(key, capturePlan) };
  }

  private async kept(planKey: string, { groups }: CapturePlan): Promise<(CaptureProfile | undefined)[]> {
    const reads = ahead(groups.keys(), (group) => ({
      profile: begun(this.props.store.tryReadJson(groupProfileKey(planKey, group), captureProfile)),
    }));
    const profiles: (CaptureProfile | undefined)[] = [];
    for await (const { profile } of reads) profiles.push(await profile);
    return profiles;
  }

  private async startWorkflow(
    start: StartGroups,
    hour: Hour,
    planKey: string,
    { groups }: CapturePlan,
  ): Promise<void> {
    const { list, results } = groupListKeys(planKey);
    await this.props.store.writeJson(
      list,
      groups.map((_, group) => ({ plan: planKey, group })),
    );
    const [id] = planKey.split('/').slice(-2);
    // Once by each hour's run: if it fails, the next run starts it again.
    const name = [id, hour.path, this.props.invokedFor.path].join('-').replaceAll('/', '');
    await start(name, { time: hour.end.toISOString(), list, results });
  }
}

/** Also notes the files, as many as one function profiles. */
async function* noted(files: AsyncIterable<StoredObject>, listed: StoredObject[]) {
  for await (const file of files) {
    if (listed.length < MOST_FILES) listed.push(file);
    yield file;
  }
}

function idOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
