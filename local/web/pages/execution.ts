import type {
  DescribeExecutionCommandOutput,
  DescribeStateMachineForExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import type { CloudReader } from '../cloud-reader';
import { executionHistory } from '../data/executions';
import { duration, nameInArn, time } from '../format';
import { drawGraph } from '../graph/graph-drawing';
import { stateGraph } from '../graph/state-graph';
import { causeText, executionProgress, type StateProgress } from '../graph/state-progress';
import { type Html, html } from '../html';
import { card, facts, heading, jsonBlock, type Page } from '../layout';
import { address, link } from '../links';
import { pill } from '../status';
import { PROGRESS_TONES, progressDot, visitsTable } from './execution/visits';

/** One execution: its state machine as a graph, what went in and came out, and every state that it was in. */
export async function executionPage(reader: CloudReader, executionArn: string): Promise<Page> {
  const [execution, machine, events] = await Promise.all([
    reader.call<DescribeExecutionCommandOutput>('states', 'DescribeExecution', { executionArn }),
    reader.call<DescribeStateMachineForExecutionCommandOutput>('states', 'DescribeStateMachineForExecution', {
      executionArn,
    }),
    executionHistory(reader, executionArn),
  ]);
  const { name = '', status = '', input, output } = execution;
  const progress = executionProgress(events, status !== 'RUNNING');
  return {
    title: name,
    body: html`${heading(name, pill(status))}
<section class="card">${executionFacts(reader, execution)}</section>
<div class="run">${card('States', html`${KEY}${drawGraph(stateGraph(machine.definition ?? ''), progress)}`)}
<div>${input !== undefined && card('Input', jsonBlock(input))}${output !== undefined && card('Output', jsonBlock(output))}
${card('History', visitsTable(progress.visits, execution.stopDate ?? reader.now), `${events.length} events`)}</div></div>`,
  };
}

function executionFacts(reader: CloudReader, execution: DescribeExecutionCommandOutput): Html {
  const { stateMachineArn = '', startDate = reader.now, stopDate, error, cause } = execution;
  const parent = startedBy(execution.input);
  const took = (stopDate ?? reader.now).getTime() - startDate.getTime();
  return facts([
    ['State machine', nameInArn(stateMachineArn)],
    ['Started', `${time(startDate)} UTC`],
    [
      stopDate ? 'Ended' : 'Running for',
      stopDate
        ? html`${time(stopDate)} UTC <span class="soft">after ${duration(took)}</span>`
        : duration(took),
    ],
    ...(parent === undefined
      ? []
      : [['Started by', link(address.execution(parent), nameInArn(parent))] as const]),
    ...(error === undefined ? [] : [['Error', html`<strong>${error}</strong> ${causeText(cause)}`] as const]),
  ]);
}

/**
 * A state machine that starts another one names itself in the input, under the key that Step Functions gives
 * it.
 */
function startedBy(input = ''): string | undefined {
  return /"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID":\s*"(arn:[^"]+)"/.exec(input)?.[1];
}

const KEY = html`<div class="key">${(Object.keys(PROGRESS_TONES) as StateProgress[]).map(
  (progress) => html`<span>${progressDot(progress)}${progress}</span>`,
)}<span><span class="stroke taken"></span>taken</span><span><span class="stroke"></span>on an error</span></div>`;
