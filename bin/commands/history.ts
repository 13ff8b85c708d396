import type { Command } from 'commander';
import type { LedgerStore } from '../../lambda/aws/ledger-store';
import {
  type LedgerEntry,
  type ProductionRecord,
  productionAt,
  putsIntoProduction,
} from '../../lambda/domain/records/ledger';
import type { LedgerRecord } from '../../lambda/domain/records/ledger-record';
import { positiveInteger, time } from '../cli/arguments';
import { contextOf } from '../cli/command-context';
import { colored, minute, table } from '../cli/output';

const DEFAULT_LIMIT = 50;

interface HistoryOptions {
  readonly at?: string;
  readonly limit: number;
}

export function addHistoryCommand(program: Command): void {
  program
    .command('history')
    .description('show which version was in production when, why, and which version it beat')
    .option('--at <time>', 'only what was in production at this time (ISO 8601)', time)
    .option('--limit <n>', 'how many of the newest entries', positiveInteger, DEFAULT_LIMIT)
    .action(async ({ at, limit }: HistoryOptions, command: Command) => {
      const { output, pipeline: find } = contextOf(command);
      const ledger = (await find()).ledger();
      if (at !== undefined) {
        const { record, problems } = await readProductionAt(ledger, at);
        const known = problems.length > 0 ? { ...record, problems } : (record ?? null);
        output.result(known, () => [productionText(at, record), ...problems.map(uncertain)].join('\n'));
        return;
      }
      const records = await ledger.newest(limit);
      output.result(records.map(flattened), () => ledgerTable(records));
    });
}

/** The ledger as a table, oldest first; of several reasons the first, which decided. */
export function ledgerTable(
  records: readonly Pick<LedgerRecord, 'sequence' | 'entry' | 'problem'>[],
): string {
  if (records.length === 0) return 'nothing has been released or refused yet';
  return table(
    ['no.', 'time (UTC)', 'what', 'version', 'champion', 'why'],
    records.map(({ sequence, entry, problem }) => [
      String(sequence),
      minute(entry?.time),
      `${colored(entry?.kind ?? '?')}${entry?.signed ? ', signed' : ''}`,
      entry?.modelVersion ?? '',
      entry?.champion ?? '',
      problem ?? inShort(entry?.reasons ?? []),
    ]),
  );
}

/** An entry as it is in the bucket, and what is wrong with it. */
function flattened({ sequence, key, entry, problem }: LedgerRecord): Partial<LedgerEntry> {
  return { ...(entry ?? { sequence, key }), ...(problem !== undefined && { problem }) };
}

/** Reads back to the release that was the last by then: what was before it does not matter. */
async function readProductionAt(
  ledger: LedgerStore,
  at: string,
): Promise<{ record: ProductionRecord | undefined; problems: string[] }> {
  const entries: LedgerEntry[] = [];
  let problems: string[] = [];
  for await (const { entry, problem } of ledger.backwards()) {
    const isLater = entry !== undefined && Date.parse(entry.time) > Date.parse(at);
    // What is wrong with later ones does not matter either.
    if (isLater) problems = [];
    else if (problem !== undefined) problems.push(problem);
    if (entry === undefined || isLater) continue;
    entries.push(entry);
    if (putsIntoProduction(entry)) break;
  }
  return { record: productionAt(entries, at), problems };
}

function productionText(at: string, record: ProductionRecord | undefined): string {
  if (!record) return `nothing was in production at ${at}`;
  const beat = record.beat ? `, it beat ${record.beat}` : '';
  return `version ${record.modelVersion} since ${minute(record.since)} UTC${beat}\n${record.entry.reasons.join('\n')}`;
}

function uncertain(problem: string): string {
  return `uncertain, since ${problem}`;
}

function inShort([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (+${others.length})`;
}
