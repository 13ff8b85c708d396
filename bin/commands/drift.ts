import type { Command } from 'commander';
import { changeInWords } from '../../lambda/domain/pages/drift/drift-words';
import type { DriftDocument } from '../../lambda/domain/traffic/drift-document';
import { contextOf } from '../cli/command-context';
import { latestReport } from '../cli/latest-report';
import { colored, minute, table } from '../cli/output';

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
    table(
      ['feature', 'distance', 'p (adjusted)', 'status', 'since', 'what has changed most'],
      [...report.features]
        .sort((a, b) => (b.distance ?? 0) - (a.distance ?? 0))
        .map(({ feature, distance, adjustedPValue, status, since, change }) => [
          feature,
          distance?.toFixed(4) ?? '',
          adjustedPValue?.toPrecision(3) ?? '',
          colored(status),
          since === undefined ? '' : minute(since),
          change === undefined ? '' : changeInWords(change),
        ]),
    ),
    ignoredFeatures.length > 0 ? `not tested: ${ignoredFeatures.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('\n');
}
