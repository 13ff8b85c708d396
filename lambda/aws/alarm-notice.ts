import * as z from 'zod/mini';
import type { AlarmMessageProps } from '../domain/pages/alarm-message';
import type { Message } from '../domain/pages/message';
import type { HourlyReport } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { hourBefore } from '../domain/records/hour';
import { logger } from './logger';
import type { ArtifactStore } from './store';
import type { Topic } from './topic';
import type { WatchedModel, WatchedModelSource } from './watched-models/watched-model';

export interface AlarmNoticeProps<Document> {
  readonly pipelineName: string;
  readonly bucketName: string;
  readonly store: ArtifactStore;
  readonly source: WatchedModelSource;
  readonly topic: Topic;
  /** What people can do, in whole sentences. */
  readonly remedy: string;
  /** URI of the runbook's section. @default - no runbook */
  readonly runbook?: string | undefined;
  /** The report of an hour that says what is wrong. */
  readonly report: {
    readonly name: HourlyReport;
    readonly schema: z.ZodMiniType<Document>;
    /** Whether it says why the alarm goes off. */
    isFinding(document: Document): boolean;
    /** Key of what people read, by that of the report. @default - the report itself */
    page?(key: string): string;
  };
  /** Where it is noted that people were notified. */
  readonly noted: HourlyReport;
  message(props: AlarmMessageProps<Document>): Message;
}

/** What functions take that notify of an alarm, but for what the alarm is about. */
export type NoticeContext = Omit<AlarmNoticeProps<unknown>, 'report' | 'noted' | 'message'>;

/** Whether an event is that of an alarm's state. */
export function isAlarm(event: unknown): boolean {
  return z.object({ source: z.literal('aws.cloudwatch') }).safeParse(event).success;
}

/** An alarm looks back one day at most, and goes off in the hour after its last comparison. */
const MOST_HOURS = 26;

/**
 * Notifies people of an alarm, in the words of the latest report that says why. If the report cannot be read,
 * they are notified of that, too. The same event again notifies nobody.
 */
export async function notifyOfAlarm<Document>(
  event: unknown,
  props: AlarmNoticeProps<Document>,
): Promise<void> {
  const { pipelineName, store, topic, remedy, runbook } = props;
  const { id, time, detail } = checkDocument(alarmEvent, event, "event of the alarm's state");
  const { model, report } = await findReport(new Date(time), props);
  // Without a model nothing says where it could be noted: to notify twice is better than not at all.
  const key = model?.reportKey(hourBefore(new Date(time)), props.noted);
  if (key !== undefined && (await wasNotified(store, key, id))) return;
  const alarm = { name: detail.alarmName, reason: detail.state.reason };
  const message = props.message({
    pipelineName,
    alarm,
    report,
    servingSince: model?.since,
    remedy,
    runbook,
  });
  await topic.publish({ ...message, cause: alarm.name });
  if (key === undefined) return;
  await store.writeJson(key, { event: id }).catch((error: Error) => {
    logger.error('it could not be noted that people were notified', error);
  });
}

type Found<Document> = Pick<AlarmMessageProps<Document>, 'report'> & { readonly model?: WatchedModel };

async function findReport<Document>(time: Date, props: AlarmNoticeProps<Document>): Promise<Found<Document>> {
  const { source, bucketName, report } = props;
  let model: WatchedModel | undefined;
  try {
    model = await source.find();
    if (!model) return { report: { problem: 'no model serves' } };
    const found = await newestReport(model, time, props);
    if (!found) return { model, report: { problem: `there is none of the last ${MOST_HOURS} hours` } };
    const { document, key } = found;
    return { model, report: { document, uri: `s3://${bucketName}/${report.page?.(key) ?? key}` } };
  } catch (error) {
    logger.error(`${report.name} could not be read`, error as Error);
    return { ...(model && { model }), report: { problem: (error as Error).message } };
  }
}

/** The newest one that says what is wrong; without one, the newest. */
async function newestReport<Document>(
  model: WatchedModel,
  time: Date,
  { store, report }: AlarmNoticeProps<Document>,
) {
  let newest: { document: Document; key: string } | undefined;
  for (let hour = hourBefore(time), hours = 0; hours < MOST_HOURS; hours++, hour = hourBefore(hour.start)) {
    const key = model.reportKey(hour, report.name);
    const document = await store.tryReadJson(key, report.schema);
    if (!document) continue;
    newest ??= { document, key };
    if (report.isFinding(document)) return { document, key };
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
