import type {
  DescribeLogStreamsCommandOutput,
  GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CloudReader } from '../cloud-reader';
import { time } from '../format';
import { html } from '../html';
import { card, heading, type Page } from '../layout';

const STREAMS = 20;
const EVENTS = 300;

/** The latest lines of a log group, the newest first. */
export async function logGroupPage(reader: CloudReader, logGroupName: string): Promise<Page> {
  const { logStreams = [] } = await reader.call<DescribeLogStreamsCommandOutput>(
    'logs',
    'DescribeLogStreams',
    {
      logGroupName,
      orderBy: 'LastEventTime',
      descending: true,
      limit: STREAMS,
    },
  );
  const lists = await Promise.all(
    logStreams.map(({ logStreamName }) =>
      reader.find<GetLogEventsCommandOutput>('logs', 'GetLogEvents', {
        logGroupName,
        logStreamName,
        limit: EVENTS,
      }),
    ),
  );
  const events = lists
    .flatMap((list) => [...(list?.events ?? [])].reverse())
    .sort((a, b) => (b.timestamp ?? 0) - (a.timestamp ?? 0))
    .slice(0, EVENTS);
  const lines = events.map(
    ({ timestamp = 0, message }) =>
      html`<div class="line"><span class="faint nowrap">${time(new Date(timestamp))}</span><span class="break">${message?.trimEnd()}</span></div>`,
  );
  return {
    title: logGroupName,
    body: html`${heading(logGroupName)}${card(
      'Latest lines',
      lines.length > 0
        ? html`<div class="lines mono">${lines}</div>`
        : html`<p class="faint" style="margin:0">Nothing has been logged yet.</p>`,
      `the newest first, of ${logStreams.length} streams, in UTC`,
    )}`,
  };
}
