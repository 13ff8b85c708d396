import type { Command } from 'commander';
import { type LedgerEntry, productionAt } from '../../lambda/domain/ledger';
import { time } from '../cli/arguments';
import { contextOf } from '../cli/command-context';
import { colored, minute, table } from '../cli/output';

export function addHistoryCommand(program: Command): void {
  program
    .command('history')
    .description('what was in production when, why, and what it beat')
    .option('--at <time>', 'only what was in production at this time (ISO 8601)', time)
    .action(async (options: { at?: string }, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const entries = await pipeline.ledger();
      if (options.at !== undefined) {
        const record = productionAt(entries, options.at);
        output.result(record ?? null, () =>
          record
            ? `version ${record.modelVersion} since ${minute(record.since)} UTC${record.beat ? `, it beat ${record.beat}` : ''}\n${record.entry.reasons.join('\n')}`
            : `nothing was in production at ${options.at}`,
        );
        return;
      }
      output.result(entries, () => ledgerTable(entries));
    });
}

/** The ledger as a table, oldest first; of several reasons the first, which decided. */
export function ledgerTable(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return 'nothing has been released or refused yet';
  return table(
    ['no.', 'time (UTC)', 'what', 'version', 'champion', 'why'],
    entries.map((entry) => [
      String(entry.sequence),
      minute(entry.time),
      colored(entry.kind),
      entry.modelVersion ?? '',
      entry.champion ?? '',
      inShort(entry.reasons),
    ]),
  );
}

function inShort([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (+${others.length})`;
}
