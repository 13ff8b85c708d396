import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { withColumnOptions } from '../cli/column-options';
import { contextOf } from '../cli/command-context';
import { profileFile } from '../cli/file-profile';

interface BaselineOptions {
  readonly label?: string;
  readonly prediction?: string;
  readonly category: readonly string[];
  readonly ignore: readonly string[];
  readonly output: string;
}

export function addBaselineCommand(program: Command): void {
  withColumnOptions(
    program
      .command('baseline')
      .description(
        'profile the training data of a model that no pipeline trained, for MonitorBaseline of EndpointMonitor',
      )
      .argument('<file>', 'CSV, JSON lines or Parquet, whose columns are in the order of the requests')
      .option('--label <column>', 'column of the label, which requests do not send')
      .option('--prediction <column>', "column of the model's answers, best to rows it has not learned from"),
  )
    .option('-o, --output <file>', 'where to write it', 'baseline.json')
    .action(async (file: string, options: BaselineOptions, command: Command) => {
      const { category: categories, ignore: ignored, label, prediction } = options;
      const baseline = await profileFile(file, { label, prediction, categories, ignored });
      writeFileSync(options.output, JSON.stringify(baseline));
      contextOf(command).output.result(baseline, () => {
        const features = Object.entries(baseline.features);
        const names = (kind: string) =>
          features
            .filter(([, profile]) => profile.kind === kind)
            .map(([name]) => name)
            .join(', ') || 'none';
        return [
          `${options.output}: ${baseline.rows} rows`,
          `numbers: ${names('numeric')}`,
          `categories: ${names('categorical')}`,
          `predictions: ${prediction ?? 'none, so their drift is not watched (--prediction)'}`,
        ].join('\n');
      });
    });
}
