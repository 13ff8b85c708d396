import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseEvaluationReport } from '../../lambda/domain/gate/evaluation-report';
import { type EvaluationFile, evaluationKey, modelKey } from '../../lambda/domain/records/bucket-layout';
import { contextOf } from '../cli/command-context';
import { evaluationText } from '../cli/evaluation-text';
import { readReport } from '../cli/read-report';

interface EvaluationOptions {
  readonly against?: string;
  readonly html?: string;
}

export function addEvaluationCommand(program: Command): void {
  program
    .command('evaluation')
    .description('show the latest comparison of a version with the version in production at that time')
    .argument('<version>', 'such as 1.2.0')
    .option(
      '--against <champion>',
      "show an earlier comparison: the version in production at that time, or 'none'",
    )
    .option('--html <file>', 'save the report as an HTML page')
    .action(async (version: string, { against, html }: EvaluationOptions, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const keyOf = (file: EvaluationFile) =>
        against === undefined
          ? modelKey(version, file)
          : evaluationKey(version, against === 'none' ? null : against, file);
      const report = parseEvaluationReport(
        await readReport(pipeline.objects, keyOf('evaluation-report.json')),
      );
      if (html !== undefined) {
        await writeFile(html, await readReport(pipeline.objects, keyOf('evaluation-report.html')));
        output.progress(`wrote ${html}`);
      }
      output.result(report, () => evaluationText(report));
    });
}
