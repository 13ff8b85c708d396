import type { Command } from 'commander';
import type { DriftDocument } from '../../lambda/domain/traffic/drift-document';
import { contextOf } from '../cli/command-context';
import { driftTable } from '../cli/drift-table';
import { latestReport } from '../cli/latest-report';
import { colored, minute } from '../cli/output';

export function addDriftCommand(program: Command): void {
  program
    .command('drift')
    .description('show how far the traffic of the version in production has drifted from its training data')
    .action(async (_options: object, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const document = await latestReport<DriftDocument>(await find(), 'drift.json');
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
