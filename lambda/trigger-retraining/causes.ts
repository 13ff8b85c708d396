import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod/mini';
import type { WatchedData } from '../../contracts/functions/retraining';
import type { ArtifactStore } from '../aws/store';
import { type DatasetFile, isLeftOut, parseManifest } from '../domain/data/dataset';
import { type ArrivedFile, filesBefore, type NewData, newData } from '../domain/data/new-data';
import { LATEST_SNAPSHOT, manifestKey } from '../domain/records/bucket-layout';
import {
  latestStart,
  type RetrainingQueue,
  type RetrainingRequest,
} from '../domain/records/retraining-queue';

/** Looks whether there still is a cause for a retraining that had to wait. */
export class Causes {
  constructor(
    private readonly cloudWatch: CloudWatchClient,
    private readonly store: ArtifactStore,
    /** Undefined if new data start no retraining. */
    readonly data: WatchedData | undefined,
  ) {}

  /**
   * Those that hold still: alarms that are on, and what happened once. New data are checked by {@link
   * newData}.
   */
  async thatHold(requests: readonly RetrainingRequest[]): Promise<RetrainingRequest[]> {
    const alarms = requests.filter(isAlarm).map(({ source }) => source);
    const on = alarms.length > 0 ? await this.alarmsThatAreOn(alarms) : new Set();
    return requests.filter((request) =>
      isAlarm(request) ? on.has(request.source) : request.trigger !== 'data',
    );
  }

  /** What has come since the latest snapshot, or the latest start. */
  async newData(
    { prefix, newSince, ...policy }: WatchedData,
    queue: RetrainingQueue,
    now: Date,
  ): Promise<NewData> {
    const files: ArrivedFile[] = [];
    for await (const file of this.store.listLatestVersions(prefix)) {
      if (!isLeftOut(file.key)) files.push(file);
    }
    const known =
      newSince === 'snapshot' ? await this.latestSnapshot() : filesBefore(files, latestStart(queue)?.time);
    return newData(files, known, policy, now);
  }

  private async latestSnapshot(): Promise<readonly DatasetFile[]> {
    const latest = await this.store.tryReadJson(LATEST_SNAPSHOT, latestSnapshot);
    if (!latest) return [];
    return parseManifest(await this.store.readText(manifestKey(latest.dataVersion))).files;
  }

  private async alarmsThatAreOn(AlarmNames: string[]): Promise<Set<string | undefined>> {
    const { MetricAlarms = [], CompositeAlarms = [] } = await this.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    const on = [...MetricAlarms, ...CompositeAlarms].filter(({ StateValue }) => StateValue === 'ALARM');
    return new Set(on.map(({ AlarmName }) => AlarmName));
  }
}

function isAlarm({ trigger }: RetrainingRequest): boolean {
  return trigger === 'drift' || trigger === 'quality' || trigger === 'alarm';
}

export const latestSnapshot = z.object({ dataVersion: z.string() });
