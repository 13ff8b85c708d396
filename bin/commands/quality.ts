import type { Command } from 'commander';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { qualityText } from '../cli/quality-text';

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('show the quality of the version in production, according to the labels that have arrived')
    .action(async (_options: object, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const { document: report } = await latestReport<QualityDocument>(await find(), 'quality.json');
      output.result(report, () => qualityText(report));
    });
}
