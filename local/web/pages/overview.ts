import type { CloudReader } from '../cloud-reader';
import { html } from '../html';
import type { Page } from '../layout';
import type { LocalCloudPlugin } from '../plugin';
import { alarmsSection } from './overview/alarms';
import { endpointsSection } from './overview/endpoints';
import { executionsSection } from './overview/executions';
import { moreSection } from './overview/more';
import { stacksSection } from './overview/stacks';

/** Everything at a glance, first what plug-ins show; a section of a service that is not there is left out. */
export async function overviewPage(reader: CloudReader, plugins: readonly LocalCloudPlugin[]): Promise<Page> {
  const [pluginCards, ...sections] = await Promise.all([
    Promise.all(plugins.map((plugin) => plugin.overview?.(reader))),
    endpointsSection(reader),
    alarmsSection(reader),
    executionsSection(reader),
    stacksSection(reader),
    moreSection(reader),
  ]);
  const [endpoints, alarms, executions, stacks, more] = sections;
  return {
    title: '',
    body: html`${pluginCards.flatMap((cards) => cards ?? [])}
<div class="columns"><div>${endpoints}${executions}</div><div>${alarms}${stacks}${more}</div></div>`,
  };
}
