import type { Command } from 'commander';
import type { Baseline } from '../../lambda/domain/data/baseline';
import { leastOf } from '../../lambda/domain/data/bins';
import { quantileOf } from '../../lambda/domain/data/feature-slices';
import {
  type CategoricalProfile,
  type FeatureProfile,
  type NumericProfile,
  rowsOf,
} from '../../lambda/domain/data/profile';
import { type ColumnOptions, rolesOf, withColumnOptions } from '../cli/column-options';
import { contextOf } from '../cli/command-context';
import { profileFile } from '../cli/file-profile';
import { table } from '../cli/output';

/** Categories that are named, the most frequent first. */
const CATEGORIES_SHOWN = 3;

export function addProfileCommand(program: Command): void {
  withColumnOptions(
    program
      .command('profile')
      .description('summarize the columns of a file of rows, without AWS')
      .argument('<file>', 'CSV, JSON lines or Parquet, also packed with gzip'),
  ).action(async (file: string, options: ColumnOptions, command: Command) => {
    const profile = await profileFile(file, rolesOf(options));
    contextOf(command).output.result(profile, () => profileText(file, profile));
  });
}

function profileText(file: string, { rows, features }: Baseline): string {
  const header = ['column', 'kind', 'missing', 'values'];
  const lines = Object.entries(features).map(([name, feature]) => [
    name,
    feature.kind === 'numeric' ? 'number' : 'category',
    percent(feature.missing / rows),
    feature.kind === 'numeric' ? numbersText(feature) : categoriesText(feature),
  ]);
  return `${file}: ${rows} rows\n${table(header, lines)}`;
}

function numbersText(profile: NumericProfile): string {
  const { edges, missing } = profile;
  if (missing === rowsOf(profile)) return 'none';
  const middle = [0.05, 0.5, 0.95].map((share) => short(quantileOf(profile, share)));
  return `${short(leastOf(edges))} to ${short(edges.at(-1))}; 5 %, median, 95 %: ${middle.join(', ')}`;
}

function categoriesText({ categories, counts, other, ...profile }: CategoricalProfile): string {
  const rows = rowsOf({ categories, counts, other, ...profile } satisfies FeatureProfile);
  const shown = categories
    .slice(0, CATEGORIES_SHOWN)
    .map((category, i) => `${category} ${percent((counts[i] as number) / rows)}`);
  const others = categories.length - shown.length;
  return [...shown, ...(others > 0 ? [`${others}${other > 0 ? ' and more' : ''} others`] : [])].join(', ');
}

function short(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(5)));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
