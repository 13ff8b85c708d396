import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tar from 'tar';

/** A directory that is removed after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'containers-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes files and packs them as a source archive. */
export function sourceArchive(directory: string, files: Readonly<Record<string, string>>): string {
  const source = mkdtempSync(join(directory, 'source-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  const archive = `${source}.tar.gz`;
  tar.create({ file: archive, cwd: source, gzip: true, sync: true }, Object.keys(files));
  return archive;
}

/** Resolves once a line matches, or holds a text that is waited for; the log can go on. */
export function lineWaiter(pattern: RegExp) {
  let found: (line: string) => void = () => undefined;
  const line = new Promise<string>((resolve) => {
    found = resolve;
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  return {
    lines,
    line,
    /** The log, once it holds a text, which may come after the answer that it is about. */
    holding: (text: string) =>
      new Promise<string>((resolve) => {
        const check = () => {
          const log = lines.join('\n');
          if (log.includes(text)) resolve(log);
        };
        waiting.add(check);
        check();
      }),
    onLog: (text: string) => {
      lines.push(text);
      if (pattern.test(text)) found(text);
      for (const check of waiting) check();
    },
  };
}

/** Whether a process is there and not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves once a process is gone; a process that stays is the test's timeout. */
export async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}
