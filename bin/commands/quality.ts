import type { Command } from 'commander';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { MONITOR_OPTION, reportsOf } from '../cli/monitor-reports';
import { qualityText } from '../cli/quality-text';

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('show the quality of the version in production, according to the labels that have arrived')
    .option(...MONITOR_OPTION)
    .action(async ({ monitor }: { readonly monitor?: string }, command: Command) => {
      const context = contextOf(command);
      const reports = await reportsOf(context, monitor);
      const { document: report } = await latestReport<QualityDocument>(reports, 'quality.json');
      context.output.result(report, () => qualityText(report));
    });
}
