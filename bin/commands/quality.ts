import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { MONITOR_OPTION, reportsOf } from '../cli/monitor-reports';
import { qualityText } from '../cli/quality-text';
import { readReport } from '../cli/read-report';

interface QualityOptions {
  readonly html?: string;
  readonly monitor?: string;
}

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('show the quality of the version in production, according to the labels that have arrived')
    .option('--html <file>', 'save the report as an HTML page')
    .option(...MONITOR_OPTION)
    .action(async ({ html, monitor }: QualityOptions, command: Command) => {
      const context = contextOf(command);
      const reports = await reportsOf(context, monitor);
      const { key, document: report } = await latestReport<QualityDocument>(reports, 'quality.json');
      if (html !== undefined) {
        await writeFile(html, await readReport(reports.objects, key.replace(/json$/, 'html')));
        context.output.progress(`wrote ${html}`);
      }
      context.output.result(report, () => qualityText(report));
    });
}
