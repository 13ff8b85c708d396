import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type Baseline, baselineSchema } from '../../lambda/domain/data/baseline';
import type { DatasetProfile } from '../../lambda/domain/data/profile';
import { driftPage } from '../../lambda/domain/pages/drift/drift-page';
import { parseDocument } from '../../lambda/domain/records/document';
import { isOfAnswers } from '../../lambda/domain/traffic/answer-names';
import { DEFAULT_DRIFT_POLICY, detectDrift } from '../../lambda/domain/traffic/drift';
import {
  type FeaturePolicies,
  featurePolicies,
  withImportance,
} from '../../lambda/domain/traffic/feature-policy';
import { CliError, ExitCode } from '../cli/cli-error';
import { type ColumnOptions, rolesOf, withColumnOptions } from '../cli/column-options';
import { contextOf } from '../cli/command-context';
import { driftTable } from '../cli/drift-table';
import { countFile, profileFile } from '../cli/file-profile';
import { colored } from '../cli/output';

interface CompareOptions extends ColumnOptions {
  readonly prediction?: string;
  readonly alpha: number;
  readonly minimumDistance: number;
  readonly minimumRows: number;
  readonly policies?: string;
  readonly html?: string;
}

/** Probability of a false alarm in one comparison. */
const ALPHA = 0.01;

export function addCompareCommand(program: Command): void {
  const { minimumDistance, minimumRows } = DEFAULT_DRIFT_POLICY;
  withColumnOptions(
    program
      .command('compare')
      .description('test whether the rows of a file have drifted from those of another one, without AWS')
      .argument('<reference>', 'CSV, JSON lines or Parquet; or a profile, such as baseline.json')
      .argument('<current>', 'CSV, JSON lines or Parquet with the same columns'),
  )
    .option('--prediction <column>', "column of the model's answers")
    .option('--alpha <probability>', 'of any false alarm among all columns', probability, ALPHA)
    .option(
      '--minimum-distance <distance>',
      'between distributions, from 0 to 1, that counts as drift',
      probability,
      minimumDistance,
    )
    .option('--minimum-rows <rows>', 'that each file needs for a verdict', wholeNumber, minimumRows)
    .option(
      '--policies <file>',
      'JSON by column: distance, minimumDistance and importance, as featurePolicies of the monitor',
    )
    .option('--html <file>', 'write the report as an HTML page with histograms')
    .addHelpText('after', '\nThe exit code is 3 if a column has drifted, and 1 without a verdict.')
    .action(async (reference: string, current: string, options: CompareOptions, command: Command) => {
      const { prediction, alpha, minimumDistance: distance, minimumRows: rows } = options;
      const before = await referenceProfile(reference, options);
      const after = await countFile(current, before, prediction);
      const report = detectDrift(before, after, {
        alpha,
        minimumDistance: distance,
        minimumRows: rows,
        features: withImportance(readPolicies(options.policies, before), before.importance ?? {}),
      });
      const nameOf = basename(reference) === basename(current) ? (path: string) => path : basename;
      const { output } = contextOf(command);
      if (options.html !== undefined) {
        const page = driftPage({
          ...report,
          subject: nameOf(current),
          window: nameOf(current),
          reference: nameOf(reference),
          profiles: { reference: before, window: after },
        });
        writeFileSync(options.html, page);
        output.progress(`wrote ${options.html}`);
      }
      output.result({ reference, current, ...report }, () =>
        [
          `${reference}: ${before.rows} rows, ${current}: ${after.rows} rows: ${colored(report.status)}`,
          driftTable(report, nameOf(reference)),
        ].join('\n'),
      );
      if (report.status === 'drift') {
        throw new CliError(`drifted: ${report.drifted.join(', ')}`, ExitCode.REFUSED);
      }
      if (report.status === 'insufficient-rows') {
        throw new CliError(
          `no verdict: each file needs ${rows} rows; give more of them, or a lower --minimum-rows`,
        );
      }
    });
}

/** The profile of a file, or one that was written before. */
async function referenceProfile(path: string, options: CompareOptions): Promise<Baseline> {
  if (!path.endsWith('.json')) {
    return profileFile(path, { ...rolesOf(options), prediction: options.prediction });
  }
  if (options.category.length > 0) {
    throw new CliError(
      `--category has no effect on ${path}: a profile already says what is a category`,
      ExitCode.USAGE,
    );
  }
  const { features, prediction, rows, importance }: Baseline = parseDocument(
    baselineSchema,
    readText(path),
    path,
  );
  const kept = Object.entries(features).filter(([name]) => !options.ignore.includes(name));
  // The answers are compared only if the other file has them.
  const withAnswers = prediction && options.prediction !== undefined;
  return {
    rows,
    features: Object.fromEntries(kept),
    ...(withAnswers && { prediction }),
    ...(importance && { importance }),
  };
}

function readPolicies(path: string | undefined, { features }: DatasetProfile): FeaturePolicies {
  if (path === undefined) return {};
  const policies = parseDocument(featurePolicies, readText(path), path);
  const unknown = Object.keys(policies).find((name) => !Object.hasOwn(features, name) && !isOfAnswers(name));
  if (unknown === undefined) return policies;
  throw new CliError(
    `${path} has a policy of '${unknown}', but the columns are ${Object.keys(features).join(', ')}`,
    ExitCode.USAGE,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`cannot read ${path}: ${(cause as Error).message}`, ExitCode.USAGE);
  }
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('a number from 0 to 1 is needed');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number above 0 is needed');
}
