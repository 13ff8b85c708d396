import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseEvaluationReport } from '../../lambda/domain/gate/evaluation-report';
import { modelKey } from '../../lambda/domain/records/bucket-layout';
import { contextOf } from '../cli/command-context';
import { evaluationText } from '../cli/evaluation-text';
import { readReport } from '../cli/read-report';

export function addEvaluationCommand(program: Command): void {
  program
    .command('evaluation')
    .description('how a version was judged against the one in production then')
    .argument('<version>', 'such as 1.2.0')
    .option('--html <file>', 'save the report as a page')
    .action(async (version: string, { html }: { html?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const text = await readReport(pipeline, modelKey(version, 'evaluation-report.json'));
      const report = parseEvaluationReport(text);
      if (html !== undefined) {
        await writeFile(html, await readReport(pipeline, modelKey(version, 'evaluation-report.html')));
        output.progress(`wrote ${html}`);
      }
      output.result(report, () => evaluationText(report));
    });
}
