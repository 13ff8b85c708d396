import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Command } from 'commander';
import type { Aws } from '../cli/aws';
import { contextOf } from '../cli/command-context';
import { colored, minute, table } from '../cli/output';
import { Pipeline } from '../cli/pipeline';
import { alarmNamesOf } from '../cli/pipeline-alarms';

/** One pipeline of many, in a line. */
interface FleetEntry {
  readonly pipeline: string;
  /** The version in production. */
  readonly modelVersion?: string;
  readonly since?: string;
  /** The version that is being released, and its share of the traffic. */
  readonly candidate?: { readonly modelVersion: string; readonly trafficShare: number };
  /** What alarms say that have gone off. */
  readonly alarms: readonly string[];
  /** Why nothing else is known. */
  readonly problem?: string;
}

/** Pipelines that are read at the same time, so that CloudWatch does not throttle. */
const AT_ONCE = 5;

export function addFleetCommand(program: Command): void {
  program
    .command('fleet')
    .description('list all pipelines of the account and region: versions, releases in progress, alarms')
    .action(async (_options: object, command: Command) => {
      const { aws, output } = contextOf(command);
      const names = await Pipeline.list(aws);
      const entries: FleetEntry[] = [];
      for (let index = 0; index < names.length; index += AT_ONCE)
        entries.push(
          ...(await Promise.all(names.slice(index, index + AT_ONCE).map((name) => entryOf(aws, name)))),
        );
      output.result(entries, () => fleetText(entries));
    });
}

/** A pipeline that cannot be read hides no other. */
async function entryOf(aws: Aws, name: string): Promise<FleetEntry> {
  try {
    const pipeline = await Pipeline.find(aws, name);
    const { production, candidate } = await pipeline.routing();
    const { MetricAlarms = [] } = await aws.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: alarmNamesOf(pipeline.resources), StateValue: 'ALARM' }),
    );
    return {
      pipeline: name,
      modelVersion: production?.modelVersion,
      since: production?.since,
      candidate: candidate && { modelVersion: candidate.modelVersion, trafficShare: candidate.trafficShare },
      alarms: MetricAlarms.map(({ AlarmDescription, AlarmName = '' }) => AlarmDescription ?? AlarmName),
    };
  } catch (error) {
    return { pipeline: name, alarms: [], problem: (error as Error).message };
  }
}

function fleetText(entries: readonly FleetEntry[]): string {
  if (entries.length === 0) return 'no model pipeline exists in this account and region';
  return table(
    ['pipeline', 'version', 'since (UTC)', 'release', 'state'],
    entries.map(({ pipeline, modelVersion, since, candidate, alarms, problem }) => [
      pipeline,
      modelVersion ?? '–',
      minute(since),
      candidate ? `${candidate.modelVersion} at ${Number((candidate.trafficShare * 100).toFixed(1))} %` : '–',
      problem ?? (alarms.length === 0 ? colored('OK') : `${colored('ALARM')} ${alarms.join('; ')}`),
    ]),
  );
}
