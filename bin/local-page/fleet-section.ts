import type { DescribeAlarmsCommandOutput } from '@aws-sdk/client-cloudwatch';
import {
  address,
  type CloudReader,
  type Html,
  type HtmlValue,
  html,
  link,
  percentage,
  pill,
  table,
} from 'cdk-local-cloud/page';
import type { Pipeline } from './pipelines';

/** All pipelines of the cloud, a line each: versions, releases in progress, and alarms that have gone off. */
export async function fleetSection(reader: CloudReader, pipelines: readonly Pipeline[]): Promise<Html> {
  const rows = await Promise.all(
    pipelines.map(async (pipeline): Promise<HtmlValue[]> => {
      const { name, resources, production, candidate, shadow } = pipeline;
      const alarms = await alarmsOf(reader, resources);
      return [
        resources.dashboard ? link(address.dashboard(resources.dashboard), name) : name,
        production?.modelVersion ?? '–',
        candidate
          ? `${candidate.modelVersion} ${shadow ? 'as a shadow' : `at ${percentage(candidate.trafficShare ?? 0)}`}`
          : '–',
        alarms.length === 0
          ? pill('OK')
          : html`${pill('ALARM')} ${alarms.map(({ AlarmName = '', AlarmDescription }) => html`<div class="small">${link(address.alarm(AlarmName), AlarmDescription ?? AlarmName)}</div>`)}`,
      ];
    }),
  );
  return html`<section class="card"><h2>Pipelines</h2>
${table(['pipeline', 'in production', 'release', 'alarms'], rows, '')}</section>`;
}

/** Alarms that have gone off, of those whose names the stack publishes. */
async function alarmsOf(reader: CloudReader, resources: Pipeline['resources']) {
  const names = Object.entries(resources).flatMap(([part, name]) => (part.endsWith('Alarm') ? [name] : []));
  if (names.length === 0 || !reader.has('monitoring')) return [];
  const found = await reader.find<DescribeAlarmsCommandOutput>('monitoring', 'DescribeAlarms', {
    AlarmNames: names,
    StateValue: 'ALARM',
  });
  return found?.MetricAlarms ?? [];
}
