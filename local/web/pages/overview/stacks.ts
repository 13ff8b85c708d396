import type { DescribeStacksCommandOutput, Stack } from '@aws-sdk/client-cloudformation';
import type { CloudReader } from '../../cloud-reader';
import { ago } from '../../format';
import { type Html, html } from '../../html';
import { card, table } from '../../layout';
import { address, link } from '../../links';
import { pill } from '../../status';

export async function stacksSection(reader: CloudReader): Promise<Html | undefined> {
  if (!reader.has('cloudformation')) return undefined;
  const stacks = await reader.list<DescribeStacksCommandOutput, Stack>(
    'cloudformation',
    'DescribeStacks',
    {},
    ({ Stacks }) => Stacks,
  );
  const rows = stacks.map(({ StackName = '', StackStatus = '', LastUpdatedTime, CreationTime }) => [
    link(address.stack(StackName), StackName),
    pill(StackStatus),
    html`<span class="soft nowrap">${ago(LastUpdatedTime ?? CreationTime, reader.now)}</span>`,
  ]);
  return card('Stacks', table(['name', 'status', 'changed'], rows, 'Nothing is deployed yet.'));
}
