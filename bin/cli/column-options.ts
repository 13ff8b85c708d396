import { type Command, Option } from 'commander';
import type { ColumnRoles } from './file-profile';

/** Options of commands that read a file of rows. */
export interface ColumnOptions {
  readonly category: readonly string[];
  readonly ignore: readonly string[];
}

/** Columns of categories and columns that are left out, as options of a command. */
export function withColumnOptions(command: Command): Command {
  return command
    .addOption(columns('--category <column...>', 'columns of categories that are written as numbers'))
    .addOption(columns('--ignore <column...>', 'columns to leave out'));
}

export function rolesOf({ category, ignore }: ColumnOptions): ColumnRoles {
  return { categories: category, ignored: ignore };
}

function columns(flags: string, description: string): Option {
  return new Option(flags, description).default([], 'none');
}
