import type { ListSubscriptionsByTopicCommandOutput, Subscription } from '@aws-sdk/client-sns';
import type { CloudReader } from '../cloud-reader';
import { nameInArn, time } from '../format';
import { html } from '../html';
import { card, heading, jsonBlock, type Page, table, unfold } from '../layout';

const MESSAGES = 50;

/** One topic: what was published to it lately, and who gets it. */
export async function topicPage(reader: CloudReader, TopicArn: string): Promise<Page> {
  const subscriptions = await reader.list<ListSubscriptionsByTopicCommandOutput, Subscription>(
    'sns',
    'ListSubscriptionsByTopic',
    { TopicArn },
    (output) => output.Subscriptions,
  );
  const messages = reader.published(TopicArn).slice(0, MESSAGES);
  const name = nameInArn(TopicArn);
  return {
    title: name,
    body: html`${heading(name)}
${card(
  'Messages',
  table(
    ['time (UTC)', 'message'],
    messages.map(({ messageId, subject, message, publishedAt }) => [
      html`<span class="nowrap">${time(publishedAt)}</span>`,
      unfold(messageId, subject ?? firstLine(message), jsonBlock(message)),
    ]),
    'Nothing has been published yet.',
  ),
  'the newest first',
)}
${card(
  'Subscriptions',
  table(
    ['protocol', 'endpoint'],
    subscriptions.map(({ Protocol, Endpoint }) => [Protocol, html`<span class="break">${Endpoint}</span>`]),
    'Nobody has subscribed.',
  ),
)}`,
  };
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
