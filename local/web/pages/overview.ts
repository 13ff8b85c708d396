import type { CloudReader } from '../cloud-reader';
import { pipelines } from '../data/pipelines';
import { html } from '../html';
import type { Page } from '../layout';
import { alarmsSection } from './overview/alarms';
import { endpointsSection } from './overview/endpoints';
import { executionsSection } from './overview/executions';
import { moreSection } from './overview/more';
import { pipelineSection } from './overview/pipeline';
import { stacksSection } from './overview/stacks';

/** Everything at a glance; a section of a service that is not there is left out. */
export async function overviewPage(reader: CloudReader): Promise<Page> {
  const found = await pipelines(reader);
  const [pipelineCards, ...sections] = await Promise.all([
    Promise.all(found.map((pipeline) => pipelineSection(reader, pipeline))),
    endpointsSection(reader),
    alarmsSection(reader),
    executionsSection(reader),
    stacksSection(reader),
    moreSection(reader),
  ]);
  const [endpoints, alarms, executions, stacks, more] = sections;
  return {
    title: '',
    body: html`${pipelineCards}
<div class="columns"><div>${endpoints}${executions}</div><div>${alarms}${stacks}${more}</div></div>`,
  };
}
