import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseReleaseReport } from '../../lambda/domain/release/release-report';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { findRelease } from '../cli/find-release';
import { readReport } from '../cli/read-report';
import { reportText } from '../cli/report-text';

export function addReleasesShowCommand(releases: Command): void {
  releases
    .command('show')
    .description('show how a release went, and why it ended that way')
    .argument('[release]', 'its number in the ledger, or a version; the latest by default')
    .option('--html <file>', 'save the report as an HTML page')
    .action(async (release: string | undefined, { html }: { html?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { report: page, sequence } = await findRelease(pipeline.ledger(), release);
      if (!page)
        throw new CliError(`number ${sequence} of the ledger has no report: it could not be written`);
      const key = page.slice(`s3://${pipeline.resources.bucket}/`.length);
      const report = parseReleaseReport(await readReport(pipeline.objects, key.replace(/\.html$/, '.json')));
      if (html !== undefined) {
        await writeFile(html, await readReport(pipeline.objects, key));
        output.progress(`wrote ${html}`);
      }
      output.result(report, () => reportText(report));
    });
}
