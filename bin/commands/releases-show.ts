import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { reportKey } from '../../lambda/domain/bucket-layout';
import { parseReleaseReport } from '../../lambda/domain/release-report/release-report';
import { CliError } from '../cli/cli-error';
import { contextOf } from '../cli/command-context';
import { findRelease, releaseIdOf } from '../cli/find-release';
import type { Pipeline } from '../cli/pipeline';
import { reportText } from '../cli/report-text';

export function addReleasesShowCommand(releases: Command): void {
  releases
    .command('show')
    .description('how a release went, and why it ended as it did')
    .argument('[release]', 'its number in the ledger, or a version; the latest by default')
    .option('--html <file>', 'save the report as a page')
    .action(async (release: string | undefined, { html }: { html?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const entry = findRelease(await pipeline.ledger(), release);
      const releaseId = await releaseIdOf(pipeline, entry);
      if (!releaseId) throw new CliError(`number ${entry.sequence} of the ledger names no workflow`);
      const report = parseReleaseReport(await read(pipeline, reportKey(releaseId, 'json')));
      if (html !== undefined) {
        await writeFile(html, await read(pipeline, reportKey(releaseId, 'html')));
        output.progress(`wrote ${html}`);
      }
      output.result(report, () => reportText(report));
    });
}

async function read(pipeline: Pipeline, key: string): Promise<string> {
  try {
    return await pipeline.read(key);
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    throw new CliError(
      `there is no report at s3://${pipeline.resources.bucket}/${key}: its release was before there were reports, or it could not be written`,
    );
  }
}
