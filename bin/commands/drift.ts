import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { DriftDocument } from '../../lambda/domain/traffic/drift-document';
import { contextOf } from '../cli/command-context';
import { driftTable } from '../cli/drift-table';
import { latestReport } from '../cli/latest-report';
import { colored, minute } from '../cli/output';
import { readReport } from '../cli/read-report';

export function addDriftCommand(program: Command): void {
  program
    .command('drift')
    .description('show how far the traffic of the version in production has drifted from its training data')
    .option('--html <file>', 'save the report as an HTML page with histograms')
    .action(async ({ html }: { readonly html?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { key, document } = await latestReport<DriftDocument>(pipeline, 'drift.json');
      if (html !== undefined) {
        await writeFile(html, await readReport(pipeline, key.replace(/json$/, 'html')));
        output.progress(`wrote ${html}`);
      }
      output.result(document, () => driftText(document));
    });
}

function driftText(document: DriftDocument): string {
  const { modelVersion, from, until, pending, unreadable, firstProblem, ignoredFeatures, report } = document;
  const verdict = pending === undefined ? report.status : `no verdict yet: ${pending}`;
  return [
    `version ${modelVersion}, ${minute(from)} to ${minute(until)} UTC, ${report.rows} rows: ${colored(verdict)}`,
    unreadable > 0 ? `${unreadable} records of the last hour cannot be read: ${firstProblem}` : '',
    driftTable(report.features),
    ignoredFeatures.length > 0 ? `not tested: ${ignoredFeatures.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('\n');
}
