import * as z from 'zod/mini';
import { parseDocument } from '../../lambda/domain/records/document';
import type { Aws } from './aws';
import { BucketReader } from './bucket-reader';
import { CliError } from './cli-error';
import type { CommandContext } from './command-context';
import { parametersBelow } from './parameters-below';
import type { Pipeline } from './pipeline';

/** Where the hourly reports of a monitor are. */
export interface MonitorReports {
  readonly objects: Pick<BucketReader, 'bucket' | 'read' | 'keysBelow' | 'foldersBelow'>;
  /** Below it are `yyyy/mm/dd/hh/`. */
  readonly prefix: string;
  /** What is watched, in words. */
  readonly subject: string;
}

/** Option of commands that show reports. */
export const MONITOR_OPTION = [
  '--monitor <name>',
  'an EndpointMonitor without a pipeline, by its name',
] as const;

/**
 * The reports of a monitor by its name, or those of the version that the pipeline has in production.
 *
 * @throws CliError if there is no such monitor, or nothing is in production
 */
export async function reportsOf(
  { aws, pipeline }: Pick<CommandContext, 'aws' | 'pipeline'>,
  monitor: string | undefined,
): Promise<MonitorReports> {
  return monitor === undefined ? reportsOfPipeline(await pipeline()) : reportsOfMonitor(aws, monitor);
}

/** @throws CliError if nothing is in production */
export async function reportsOfPipeline(
  pipeline: Pick<Pipeline, 'routing' | 'objects'>,
): Promise<MonitorReports> {
  const { production } = await pipeline.routing();
  if (!production) throw new CliError('nothing is in production yet, so nothing is monitored');
  return reportsOfVersion(pipeline, production);
}

/** The reports of a version that a pipeline has in production. */
export function reportsOfVersion(
  { objects }: Pick<Pipeline, 'objects'>,
  { variant, modelVersion }: { readonly variant: string; readonly modelVersion: string },
): MonitorReports {
  return { objects, prefix: `profiles/${variant}/`, subject: `version ${modelVersion}` };
}

const published = z.object({ bucket: z.string(), prefix: z.string() });

async function reportsOfMonitor(aws: Pick<Aws, 'ssm' | 's3'>, name: string): Promise<MonitorReports> {
  const monitors = await parametersBelow(aws, '/model-monitor');
  const found = monitors.get(`${name}/reports`);
  if (found === undefined) {
    const names = [...monitors.keys()].map((key) => key.replace(/\/reports$/, ''));
    const others = names.sort().join(', ') || 'none';
    throw new CliError(
      `the monitor ${name} does not exist in this account and region; those that do: ${others}. A monitor that an earlier version deployed appears when it is deployed again`,
    );
  }
  const { bucket, prefix } = parseDocument(published, found, `the parameter of the monitor ${name}`);
  return { objects: new BucketReader(aws, bucket), prefix, subject: `the endpoint of ${name}` };
}
