import type { Command } from 'commander';
import { contextOf } from '../cli/command-context';
import { table } from '../cli/output';
import { diffVersions, type PartDiff } from '../cli/version-diff';
import { versionFacts } from '../cli/version-facts';

export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .description(
      'show the differences between two versions: data, code, image, hyperparameters, schema, metrics, size',
    )
    .argument('<from>', 'such as 1.0.0')
    .argument('<to>', 'such as 1.1.0')
    .action(async (from: string, to: string, _options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const [before, after] = await Promise.all([
        versionFacts(aws, pipeline, from),
        versionFacts(aws, pipeline, to),
      ]);
      const parts = diffVersions(before, after);
      output.result({ from, to, parts }, () => table(['', `${from} -> ${to}`], parts.flatMap(rowsOf)));
    });
}

function rowsOf({ part, changes }: PartDiff): string[][] {
  if (changes.length === 0) return [[part, 'the same']];
  return changes.map((change, index) => [index === 0 ? part : '', change]);
}
