import type { DashboardEntry, ListDashboardsCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { DescribeLogGroupsCommandOutput, LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { ListTopicsCommandOutput, Topic } from '@aws-sdk/client-sns';
import type { CloudReader } from '../../cloud-reader';
import { nameInArn } from '../../format';
import { type Html, html } from '../../html';
import { card, unfold } from '../../layout';
import { address, link } from '../../links';

/** Ways to dashboards, topics and logs. */
export async function moreSection(reader: CloudReader): Promise<Html | undefined> {
  const [dashboards, topics, groups] = await Promise.all([
    dashboardNames(reader),
    topicArns(reader),
    logGroupNames(reader),
  ]);
  if (dashboards.length + topics.length + groups.length === 0) return undefined;
  return card(
    'More',
    html`${list('Dashboards', dashboards, address.dashboard)}
${list('Topics', topics, address.topic)}
${groups.length > 0 && unfold('logs', `Logs (${groups.length} groups)`, list('', groups, address.logGroup))}`,
  );
}

function list(
  title: string,
  names: readonly string[],
  addressOf: (name: string) => string,
): Html | undefined {
  if (names.length === 0) return undefined;
  return html`<div style="margin-bottom:8px">${title !== '' && html`<div class="soft small">${title}</div>`}
${names.map((name) => html`<div class="break">${link(addressOf(name), name.startsWith('arn:') ? nameInArn(name) : name)}</div>`)}</div>`;
}

async function dashboardNames(reader: CloudReader): Promise<string[]> {
  if (!reader.has('monitoring')) return [];
  const entries = await reader.list<ListDashboardsCommandOutput, DashboardEntry>(
    'monitoring',
    'ListDashboards',
    {},
    ({ DashboardEntries }) => DashboardEntries,
  );
  return entries.map(({ DashboardName = '' }) => DashboardName);
}

async function topicArns(reader: CloudReader): Promise<string[]> {
  if (!reader.has('sns')) return [];
  const topics = await reader.list<ListTopicsCommandOutput, Topic>(
    'sns',
    'ListTopics',
    {},
    ({ Topics }) => Topics,
  );
  return topics.map(({ TopicArn = '' }) => TopicArn);
}

async function logGroupNames(reader: CloudReader): Promise<string[]> {
  if (!reader.has('logs')) return [];
  const groups = await reader.list<DescribeLogGroupsCommandOutput, LogGroup>(
    'logs',
    'DescribeLogGroups',
    {},
    ({ logGroups }) => logGroups,
  );
  return groups.map(({ logGroupName = '' }) => logGroupName);
}
