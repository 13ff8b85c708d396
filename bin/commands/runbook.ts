import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { runbookKey } from '../../lambda/domain/records/bucket-layout';
import { contextOf } from '../cli/command-context';
import { readReport } from '../cli/read-report';

export function addRunbookCommand(program: Command): void {
  program
    .command('runbook')
    .description('write the runbook of the deployed alarms as Markdown, such as for your repository')
    .option('--html <file>', 'also save it as an HTML page')
    .action(async ({ html }: { readonly html?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const text = await readReport(pipeline.objects, runbookKey('md'));
      if (html !== undefined) {
        await writeFile(html, await readReport(pipeline.objects, runbookKey('html')));
        output.progress(`wrote ${html}`);
      }
      output.result({ runbook: text }, () => text.trimEnd());
    });
}
