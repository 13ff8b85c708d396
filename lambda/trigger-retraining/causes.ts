import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod/mini';
import type { ArtifactStore } from '../aws/store';
import { isLeftOut, parseManifest } from '../domain/data/dataset';
import { type ArrivedFile, type NewData, type NewDataPolicy, newData } from '../domain/data/new-data';
import { LATEST_SNAPSHOT, manifestKey, TRAINING_DATA } from '../domain/records/bucket-layout';
import type { RetrainingRequest } from '../domain/records/retraining-queue';

/** Looks whether there still is a cause for a retraining that had to wait. */
export class Causes {
  constructor(
    private readonly cloudWatch: CloudWatchClient,
    private readonly store: ArtifactStore,
    /** Undefined if new data start no retraining. */
    readonly dataPolicy: NewDataPolicy | undefined,
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

  /** What has come since the latest snapshot. */
  async newData(policy: NewDataPolicy, now: Date): Promise<NewData> {
    const latest = await this.store.tryReadJson(LATEST_SNAPSHOT, latestSnapshot);
    const snapshot = latest
      ? parseManifest(await this.store.readText(manifestKey(latest.dataVersion))).files
      : [];
    const files: ArrivedFile[] = [];
    for await (const file of this.store.listLatestVersions(TRAINING_DATA)) {
      if (!isLeftOut(file.key)) files.push(file);
    }
    return newData(files, snapshot, policy, now);
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
  return trigger === 'drift' || trigger === 'quality';
}

export const latestSnapshot = z.object({ dataVersion: z.string() });
