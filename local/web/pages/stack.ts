import type {
  DescribeStackEventsCommandOutput,
  DescribeStacksCommandOutput,
  ListStackResourcesCommandOutput,
  StackEvent,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { INERT_REMARK } from '../../services/cloudformation/inert-resources';
import type { CloudReader } from '../cloud-reader';
import { nameInArn, time } from '../format';
import { type HtmlValue, html } from '../html';
import { card, facts, heading, type Page, table } from '../layout';
import { address, link } from '../links';
import { pill } from '../status';

const EVENTS = 100;

/** One stack: its outputs, resources and latest events. */
export async function stackPage(reader: CloudReader, name: string): Promise<Page> {
  const { Stacks: [stack] = [] } = await reader.call<DescribeStacksCommandOutput>(
    'cloudformation',
    'DescribeStacks',
    { StackName: name },
  );
  const [resources, events] = await Promise.all([
    reader.list<ListStackResourcesCommandOutput, StackResourceSummary>(
      'cloudformation',
      'ListStackResources',
      { StackName: name },
      ({ StackResourceSummaries }) => StackResourceSummaries,
    ),
    reader.list<DescribeStackEventsCommandOutput, StackEvent>(
      'cloudformation',
      'DescribeStackEvents',
      { StackName: name },
      ({ StackEvents }) => StackEvents,
      EVENTS,
    ),
  ]);
  const { StackStatus = '', StackStatusReason, CreationTime, LastUpdatedTime, Outputs = [] } = stack ?? {};
  return {
    title: name,
    body: html`${heading(name, pill(StackStatus))}
<section class="card">${facts([
      ['Created', `${time(CreationTime)} UTC`],
      ...(LastUpdatedTime ? [['Changed', `${time(LastUpdatedTime)} UTC`] as const] : []),
      ...(StackStatusReason ? [['Reason', StackStatusReason] as const] : []),
    ])}</section>
${card(
  'Outputs',
  table(
    ['name', 'value'],
    Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, html`<span class="break">${OutputValue}</span>`]),
    'It has no outputs.',
  ),
)}
${card('Resources', table(['logical id', 'type', 'physical id', 'status'], resources.map(resourceRow), 'It has no resources.'), resources.length)}
${card('Events', table(['time (UTC)', 'resource', 'status', 'reason'], events.map(eventRow), 'Nothing has happened yet.'))}`,
  };
}

function resourceRow(resource: StackResourceSummary): HtmlValue[] {
  const { LogicalResourceId, ResourceType = '', PhysicalResourceId = '', ResourceStatus = '' } = resource;
  const page = PAGES[ResourceType];
  const isInert = resource.ResourceStatusReason === INERT_REMARK;
  return [
    html`<span class="break">${LogicalResourceId}</span>`,
    html`<span class="soft">${ResourceType}</span>`,
    html`<span class="break">${page ? link(page(PhysicalResourceId), nameInArn(PhysicalResourceId)) : PhysicalResourceId}</span>`,
    html`${pill(ResourceStatus)}${isInert && html` <span class="soft">${INERT_REMARK}</span>`}`,
  ];
}

/** Resources that have a page, by what they are physically. */
const PAGES: Readonly<Record<string, (physicalId: string) => string>> = {
  'AWS::CloudWatch::Alarm': address.alarm,
  'AWS::CloudWatch::Dashboard': address.dashboard,
  'AWS::Logs::LogGroup': address.logGroup,
  'AWS::SNS::Topic': address.topic,
};

function eventRow(event: StackEvent): HtmlValue[] {
  const { Timestamp, LogicalResourceId, ResourceStatus, ResourceStatusReason } = event;
  return [
    html`<span class="nowrap">${time(Timestamp)}</span>`,
    html`<span class="break">${LogicalResourceId}</span>`,
    ResourceStatus && pill(ResourceStatus),
    html`<span class="break">${ResourceStatusReason}</span>`,
  ];
}
