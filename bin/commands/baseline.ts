import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Baseline, baselineSchema } from '../../lambda/domain/data/baseline';
import { parseDocument } from '../../lambda/domain/records/document';
import { CliError, ExitCode } from '../cli/cli-error';
import { withColumnOptions } from '../cli/column-options';
import { contextOf } from '../cli/command-context';
import { profileFile } from '../cli/file-profile';
import { constraintsDocument, statisticsDocument } from '../model-monitor/documents';
import { exportConstraints, exportStatistics } from '../model-monitor/export-statistics';
import {
  type ImportedBaseline,
  type ImportedSettings,
  importStatistics,
} from '../model-monitor/import-statistics';

interface BaselineOptions {
  readonly label?: string;
  readonly prediction?: string;
  readonly category: readonly string[];
  readonly ignore: readonly string[];
  readonly fromModelMonitor?: boolean;
  readonly toModelMonitor?: string;
  readonly output: string;
}

export function addBaselineCommand(program: Command): void {
  withColumnOptions(
    program
      .command('baseline')
      .description(
        'profile the training data of a model that no pipeline trained, for MonitorBaseline of EndpointMonitor',
      )
      .argument(
        '<file>',
        'CSV, JSON lines or Parquet, whose columns are in the order of the requests; or statistics.json, or a baseline',
      )
      .argument('[constraints]', 'constraints.json, with --from-model-monitor')
      .option('--label <column>', 'column of the label, which requests do not send')
      .option('--prediction <column>', "column of the model's answers, best to rows it has not learned from"),
  )
    .option('--from-model-monitor', 'the file is statistics.json of SageMaker Model Monitor')
    .option('--to-model-monitor <folder>', 'also write statistics.json and constraints.json there')
    .option('-o, --output <file>', 'where to write it', 'baseline.json')
    .action(
      async (file: string, constraints: string | undefined, options: BaselineOptions, command: Command) => {
        const { output } = contextOf(command);
        const { baseline, lost = [], settings = {} } = await baselineOf(file, constraints, options);
        writeFileSync(options.output, JSON.stringify(baseline));
        if (options.toModelMonitor !== undefined) writeModelMonitor(options.toModelMonitor, baseline);
        for (const sentence of lost) output.progress(sentence);
        output.result(baseline, () => baselineText(options, baseline, settings));
      },
    );
}

async function baselineOf(
  file: string,
  constraints: string | undefined,
  { category: categories, ignore: ignored, label, prediction, fromModelMonitor = false }: BaselineOptions,
): Promise<Pick<ImportedBaseline, 'baseline'> & Partial<ImportedBaseline>> {
  if (!fromModelMonitor) {
    if (constraints !== undefined) {
      throw new CliError(`${constraints} has no effect without --from-model-monitor`, ExitCode.USAGE);
    }
    if (file.endsWith('.json')) return { baseline: parseDocument(baselineSchema, readText(file), file) };
    return { baseline: await profileFile(file, { label, prediction, categories, ignored }) };
  }
  if (categories.length > 0) {
    throw new CliError(
      '--category has no effect with --from-model-monitor: statistics.json says what is a category',
      ExitCode.USAGE,
    );
  }
  const statistics = parseDocument(statisticsDocument, readText(file), file);
  const limits =
    constraints === undefined
      ? undefined
      : parseDocument(constraintsDocument, readText(constraints), constraints);
  return importStatistics(statistics, limits, { label, prediction, ignored });
}

function writeModelMonitor(folder: string, baseline: Baseline): void {
  const write = (name: string, document: object) =>
    writeFileSync(join(folder, name), JSON.stringify(document, undefined, 2));
  write('statistics.json', exportStatistics(baseline));
  write('constraints.json', exportConstraints(baseline));
}

function baselineText(
  { output, prediction }: BaselineOptions,
  baseline: Baseline,
  { minimumDriftDistance, ignoredFeatures }: ImportedSettings,
): string {
  const names = (kind: string) =>
    Object.entries(baseline.features)
      .filter(([, profile]) => profile.kind === kind)
      .map(([name]) => name)
      .join(', ') || 'none';
  return [
    `${output}: ${baseline.rows} rows`,
    `numbers: ${names('numeric')}`,
    `categories: ${names('categorical')}`,
    `predictions: ${prediction ?? 'none, so their drift is not watched (--prediction)'}`,
    ...(minimumDriftDistance === undefined
      ? []
      : [`comparison_threshold: set minimumDriftDistance to ${minimumDriftDistance} to keep it`]),
    ...(ignoredFeatures === undefined
      ? []
      : [`not evaluated: set ignoredFeatures to ${ignoredFeatures.map((name) => `'${name}'`).join(', ')}`]),
  ].join('\n');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`cannot read ${path}: ${(cause as Error).message}`, ExitCode.USAGE);
  }
}
