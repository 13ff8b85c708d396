import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastCommitOf } from '../../../lib/artifacts/last-commit';

describe('the commit of a source folder', () => {
  let repository: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
    return git('rev-parse', 'HEAD');
  };

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'repository-'));
    mkdirSync(join(repository, 'source'));
    writeFileSync(join(repository, 'source', 'train.py'), 'print(1)');
  });
  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  test('is the last one that changed the folder', () => {
    git('init', '-q');
    const first = commit('scripts');
    writeFileSync(join(repository, 'README.md'), 'other');
    commit('other');
    expect(lastCommitOf(join(repository, 'source'))).toBe(first);
  });

  test('is none while the folder has changes that are not committed', () => {
    git('init', '-q');
    commit('scripts');
    writeFileSync(join(repository, 'source', 'new.py'), '');
    expect(lastCommitOf(join(repository, 'source'))).toBeUndefined();
  });

  test('is none where there is no repository', () => {
    expect(lastCommitOf(join(repository, 'source'))).toBeUndefined();
  });
});
