import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { referenceInWords, shareInWords } from '../../lambda/domain/pages/drift/comparison-words';
import { rejectedInWords } from '../../lambda/domain/pages/drift/rejected-words';
import { checkDocument } from '../../lambda/domain/records/document';
import {
  type DriftComparisonReport,
  type DriftDocument,
  driftDocument,
} from '../../lambda/domain/traffic/drift-document';
import { contextOf } from '../cli/command-context';
import { driftTable } from '../cli/drift-table';
import { latestReport } from '../cli/latest-report';
import { MONITOR_OPTION, reportsOf } from '../cli/monitor-reports';
import { colored, minute } from '../cli/output';
import { readReport } from '../cli/read-report';

interface DriftOptions {
  readonly html?: string;
  readonly monitor?: string;
}

export function addDriftCommand(program: Command): void {
  program
    .command('drift')
    .description('show how far the traffic of the version in production has drifted')
    .option('--html <file>', 'save the report as an HTML page with histograms')
    .option(...MONITOR_OPTION)
    .action(async ({ html, monitor }: DriftOptions, command: Command) => {
      const context = contextOf(command);
      const { output } = context;
      const reports = await reportsOf(context, monitor);
      const { key, document: found } = await latestReport<unknown>(reports, 'drift.json');
      const document = checkDocument(driftDocument, found, key);
      if (html !== undefined) {
        await writeFile(html, await readReport(reports.objects, key.replace(/json$/, 'html')));
        output.progress(`wrote ${html}`);
      }
      output.result(document, () => driftText(document));
    });
}

function driftText(document: DriftDocument): string {
  const { modelVersion, until, unrecordedRequests, ignoredFeatures } = document;
  const { status, comparisons } = document;
  return [
    `version ${modelVersion}, until ${minute(until)} UTC: ${colored(status)}`,
    rejectedInWords(document),
    unrecordedRequests === undefined
      ? undefined
      : `${unrecordedRequests} requests of the last hour were answered, and none was recorded`,
    ...comparisons.flatMap((comparison) => ['', ...comparisonText(comparison)]),
    ignoredFeatures.length > 0 ? `\nnot tested: ${ignoredFeatures.join(', ')}` : undefined,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function comparisonText(comparison: DriftComparisonReport): string[] {
  const { from, pending, report } = comparison;
  const reference = referenceInWords(comparison);
  const verdict = pending === undefined ? report.status : `no verdict yet: ${pending}`;
  const share = shareInWords(comparison);
  return [
    `${report.rows} rows since ${minute(from)} UTC, compared with ${reference}: ${colored(verdict)}${share && ` (${share})`}`,
    ...(report.features.length > 0 ? [driftTable(report, reference)] : []),
  ];
}
