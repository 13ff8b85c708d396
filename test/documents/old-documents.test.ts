import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkChain, ledgerRecord } from '../../lambda/domain/records/ledger-record';
import { parseRouting } from '../../lambda/domain/release/routing';
import { repositoryFile } from '../repository-file';
import { DOCUMENT_KINDS, kindOf } from './document-kinds';

const REFERENCE = repositoryFile('test', 'reference');
/** `documents-<version>`: what a pipeline of that version wrote, by key. */
const FOLDERS = readdirSync(REFERENCE).filter((name) => /^documents-\d/.test(name));

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const textOf = (folder: string, key: string) => readFileSync(join(REFERENCE, folder, key), 'utf8');
const documents = FOLDERS.flatMap((folder) =>
  filesBelow(join(REFERENCE, folder)).map((key) => ({ folder, key })),
);

describe('documents that an earlier version wrote', () => {
  test.each(documents)('are read by each program that reads them: $folder/$key', ({ folder, key }) => {
    const kind = kindOf(key);
    expect(kind).toBeDefined();
    for (const read of kind?.readers ?? []) expect(() => read(textOf(folder, key))).not.toThrow();
  });

  test('are of every kind that a pipeline writes', () => {
    const kinds = new Set(documents.map(({ key }) => kindOf(key)?.name));
    expect(DOCUMENT_KINDS.map(({ name }) => name).filter((name) => !kinds.has(name))).toEqual([]);
  });

  test.each(FOLDERS)('are a whole ledger, in which each entry names the one before it: %s', (folder) => {
    const records = filesBelow(join(REFERENCE, folder, 'ledger')).map((name, index) =>
      ledgerRecord(index + 1, textOf(folder, `ledger/${name}`)),
    );
    expect(checkChain(records).filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(new Set(records.map(({ entry }) => entry?.kind))).toEqual(
      new Set(['release', 'rejection', 'failure', 'refusal', 'rollback', 'expiry']),
    );
  });

  test.each(FOLDERS)('say what is in production, and what is a shadow: %s', (folder) => {
    const routing = (when: string) => parseRouting(textOf(folder, `parameters/routing-${when}.json`));
    expect(routing('at-rest')).toMatchObject({ production: { modelVersion: '2.0.0' } });
    expect(routing('of-shadow')).toMatchObject({
      production: { modelVersion: '2.0.0' },
      candidate: { modelVersion: '1.0.0', trafficShare: 0 },
      shadow: { modelVersion: '1.0.0' },
    });
  });
});
