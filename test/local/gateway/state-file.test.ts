import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFile } from '../../../local/gateway/state-file';
import { peek } from '../../../local/gateway/tracked-table';

/** A process that is killed closes nothing: another one opens the folder, whose lock names this process. */
describe('the state of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  let randomness = 1;
  const open = () => {
    const cloudState = () => ({ time: 0, randomness, region: 'us-east-1', account: '000000000000' });
    const state = new StateFile(folder, { persistent: true, cloudState, log: () => {} });
    state.open();
    return state;
  };
  const journal = () => join(folder, 'journal.bin');

  test('has what was set, changed in place and deleted before the last call of keep', () => {
    const state = open();
    const lists = state.table<string[]>('lists');
    lists.set('changed', []).set('iterated', []).set('deleted', []);
    state.keep();
    lists.get('changed')?.push('by get');
    for (const list of lists.values()) list.push('by values');
    lists.delete('deleted');
    randomness = 7;
    state.keep();
    lists.get('changed')?.push('not kept');
    const next = open();
    expect([...next.table('lists')]).toEqual([
      ['changed', ['by get', 'by values']],
      ['iterated', ['by values']],
    ]);
    expect(next.saved).toMatchObject({ randomness: 7 });
  });

  test('writes what did not change no second time', () => {
    const state = open();
    const table = state.table<string>('table');
    table.set('key', 'x'.repeat(1000));
    state.keep();
    const { length } = readFileSync(journal());
    table.get('key');
    state.keep();
    expect(readFileSync(journal())).toHaveLength(length);
  });

  test('writes an entry that was only read no second time after a save', () => {
    const state = open();
    state.table<string>('table').set('key', 'x'.repeat(1000));
    state.close();
    const next = open();
    const { length } = readFileSync(journal());
    expect(peek(next.table<string>('table'), 'key')).toHaveLength(1000);
    next.keep();
    expect(readFileSync(journal())).toHaveLength(length);
  });

  test('ends before a record that was being written when the process ended', () => {
    const state = open();
    state.table('table').set('whole', 1);
    state.keep();
    const { length } = readFileSync(journal());
    state.table('table').set('torn', 2);
    state.keep();
    const bytes = readFileSync(journal());
    for (const end of [length + 1, length + 4, bytes.length - 1]) {
      writeFileSync(journal(), bytes.subarray(0, end));
      const seen = new StateFile(folder, {
        persistent: true,
        cloudState: () => ({ time: 0, randomness, region: 'us-east-1', account: '000000000000' }),
        log: () => {},
      });
      expect([...seen.table('table')]).toEqual([['whole', 1]]);
    }
  });

  test('does not go back to a journal of the time before it was saved', () => {
    const state = open();
    state.table('table').set('key', 'old');
    state.keep();
    const old = readFileSync(journal());
    state.table('table').set('key', 'new');
    state.close();
    writeFileSync(journal(), old);
    expect(open().table('table').get('key')).toBe('new');
  });
});
