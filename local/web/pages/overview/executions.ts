import type { CloudReader } from '../../cloud-reader';
import { latestExecutions } from '../../data/executions';
import { ago, duration, nameInArn } from '../../format';
import { type Html, html } from '../../html';
import { card, table } from '../../layout';
import { address, link } from '../../links';
import { pill } from '../../status';

const SHOWN = 12;

export async function executionsSection(reader: CloudReader): Promise<Html | undefined> {
  if (!reader.has('states')) return undefined;
  const { now } = reader;
  const executions = await latestExecutions(reader, SHOWN);
  const rows = executions.map((execution) => {
    const { executionArn = '', name = '', stateMachineArn = '', status = '' } = execution;
    const { startDate = now, stopDate = now, currentState } = execution;
    return [
      html`<div class="break">${link(address.execution(executionArn), name)}</div>
<div class="faint small break">${nameInArn(stateMachineArn)}</div>`,
      html`${pill(status)}${currentState && html`<div class="soft small">${currentState}</div>`}`,
      html`<span class="soft nowrap">${ago(startDate, now)}</span>`,
      html`<span class="soft nowrap">${duration(stopDate.getTime() - startDate.getTime())}</span>`,
    ];
  });
  return card(
    'Latest executions',
    table(['execution', 'status', 'started', 'took'], rows, 'No state machine has run yet.'),
  );
}
