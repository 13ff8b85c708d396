import type { CompositeAlarm, DescribeAlarmsCommandOutput, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { CloudReader } from '../../cloud-reader';
import { ago } from '../../format';
import { type Html, html } from '../../html';
import { card, table } from '../../layout';
import { address, link } from '../../links';
import { pill } from '../../status';

export async function alarmsSection(reader: CloudReader): Promise<Html | undefined> {
  if (!reader.has('monitoring')) return undefined;
  const alarms = await reader.list<DescribeAlarmsCommandOutput, MetricAlarm | CompositeAlarm>(
    'monitoring',
    'DescribeAlarms',
    { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
  );
  const rows = alarms.map(
    ({ AlarmName = '', AlarmDescription, StateValue = '', StateReason, StateUpdatedTimestamp }) => [
      pill(stateText(StateValue), stateTone(StateValue)),
      html`<div>${link(address.alarm(AlarmName), AlarmDescription ?? AlarmName)}</div>
<div class="soft small break">${StateReason}</div>`,
      html`<span class="soft nowrap">${ago(StateUpdatedTimestamp, reader.now)}</span>`,
    ],
  );
  return card('Alarms', table(['state', 'alarm', 'since'], rows, 'There are no alarms.'));
}

/** The longest of the states is cut down to what it says. */
export function stateText(state: string): string {
  return state === 'INSUFFICIENT_DATA' ? 'NO DATA' : state;
}

export function stateTone(state: string): 'good' | 'bad' | 'warn' {
  if (state === 'OK') return 'good';
  return state === 'ALARM' ? 'bad' : 'warn';
}
