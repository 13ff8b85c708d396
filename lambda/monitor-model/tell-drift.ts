import * as z from 'zod/mini';
import { logger } from '../aws/logger';
import type { ArtifactStore } from '../aws/store';
import type { Topic } from '../aws/topic';
import type { WatchedModel, WatchedModelSource } from '../aws/watched-models/watched-model';
import { type DriftMessageProps, driftMessage } from '../domain/pages/drift/drift-message';
import { checkDocument } from '../domain/records/document';
import { hourBefore } from '../domain/records/hour';
import { type DriftDocument, driftDocument } from '../domain/traffic/drift-document';

export interface TellDriftProps {
  readonly pipelineName: string;
  readonly bucketName: string;
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly topic: Topic;
  /** What people can do, in whole sentences. */
  readonly remedy: string;
  /** URI of the runbook's section. @default - there is none */
  readonly runbook?: string | undefined;
}

/** Whether an event is that of an alarm's state. */
export function isAlarm(event: unknown): boolean {
  return z.object({ source: z.literal('aws.cloudwatch') }).safeParse(event).success;
}

/** An alarm looks back one day at most, and goes off in the hour after its last comparison. */
const MOST_HOURS = 26;

/**
 * Notifies people of a drift alarm, in words: which features, by how much, since when. If the report cannot
 * be read, they are notified of that, too. The same event again notifies nobody.
 */
export async function tellDrift(event: unknown, props: TellDriftProps): Promise<void> {
  const { pipelineName, store, topic, remedy, runbook } = props;
  const { id, time, detail } = checkDocument(alarmEvent, event, "event of the drift alarm's state");
  const { model, report } = await findReport(new Date(time), props);
  // Without a model nothing says where it could be noted: to notify twice is better than not at all.
  const key = model?.reportKey(hourBefore(new Date(time)), 'drift-alert.json');
  if (key !== undefined && (await wasNotified(store, key, id))) return;
  const alarm = { name: detail.alarmName, reason: detail.state.reason };
  const message = driftMessage({ pipelineName, alarm, report, remedy, runbook });
  await topic.publish({ ...message, cause: alarm.name });
  if (key === undefined) return;
  await store.writeJson(key, { event: id }).catch((error: Error) => {
    logger.error('it could not be noted that people were notified', error);
  });
}

type Found = Pick<DriftMessageProps, 'report'> & { readonly model?: WatchedModel };

async function findReport(time: Date, { store, source, bucketName }: TellDriftProps): Promise<Found> {
  let model: WatchedModel | undefined;
  try {
    model = await source.find();
    if (!model) return { report: { problem: 'no model serves' } };
    const found = await newestReport(store, model, time);
    return found
      ? {
          model,
          report: {
            document: found.document,
            uri: `s3://${bucketName}/${found.key.replace(/json$/, 'html')}`,
          },
        }
      : { model, report: { problem: `there is none of the last ${MOST_HOURS} hours` } };
  } catch (error) {
    logger.error('the report on drift could not be read', error as Error);
    return { ...(model && { model }), report: { problem: (error as Error).message } };
  }
}

/** The newest one that says what has drifted; without one, the newest. */
async function newestReport(store: ArtifactStore, model: WatchedModel, time: Date) {
  let newest: { document: DriftDocument; key: string } | undefined;
  for (let hour = hourBefore(time), hours = 0; hours < MOST_HOURS; hours++, hour = hourBefore(hour.start)) {
    const key = model.reportKey(hour, 'drift.json');
    const document = await store.tryReadJson(key, driftDocument);
    if (!document) continue;
    newest ??= { document, key };
    if (document.status === 'drift') return { document, key };
  }
  return newest;
}

async function wasNotified(store: ArtifactStore, key: string, id: string): Promise<boolean> {
  const known = await store.tryReadJson(key, z.object({ event: z.string() })).catch((error: Error) => {
    logger.error('it is unknown whether people were notified', error);
    return undefined;
  });
  return known?.event === id;
}

const alarmEvent = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  detail: z.object({ alarmName: z.string(), state: z.object({ reason: z.string() }) }),
});
