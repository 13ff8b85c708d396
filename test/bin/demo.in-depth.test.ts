import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

jest.setTimeout(600_000);

const PROGRAM = join(__dirname, '..', '..', 'bin', 'dist', 'model-pipeline.js');
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('Ctrl-C during the demo leaves no process and no file', () => {
  // Everything that the demo starts inherits it, containers too: they can be told by it.
  let temporary: string;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-'));
  });

  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  test.each([
    ['while the CDK bootstraps', { phase: 'cdk bootstrap' }],
    ['while a stack is deployed', { phase: 'cdk deploy', message: /^\d+ of \d+ resources/ }],
    [
      'while a model is trained',
      { phase: 'Train and release the first version', message: /^Retraining: Train$/ },
    ],
  ])('%s', async (_title, moment) => {
    const demo = spawn(process.execPath, [PROGRAM, 'demo', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, as a shell makes it, so that Ctrl-C reaches all of it.
      detached: true,
      env: { PATH: process.env.PATH, HOME: homedir(), TMPDIR: temporary, ...cache() },
    });
    await reached(demo, moment);
    process.kill(-(demo.pid as number), 'SIGINT');
    const [code] = await once(demo, 'exit');
    expect(code).toBe(130);
    while (processesIn(temporary).length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync(temporary)).toEqual([]);
  });
});

async function reached(demo: ChildProcess, { phase, message }: { phase: string; message?: RegExp }) {
  const lines: string[] = [];
  for await (const line of createInterface(demo.stdout as NodeJS.ReadableStream)) {
    lines.push(line);
    const event = JSON.parse(line) as { phase: string; message?: string };
    if (event.phase === phase && (!message || message.test(event.message ?? ''))) return;
  }
  throw new Error(`the demo ended before: ${lines.slice(-5).join('\n')}`);
}

function processesIn(directory: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/environ`, 'utf8').includes(`TMPDIR=${directory}`);
    } catch {
      // Of another user, or gone meanwhile.
      return false;
    }
  });
}

function cache(): Record<string, string> {
  const { LOCAL_CLOUD_CACHE } = process.env;
  return LOCAL_CLOUD_CACHE ? { LOCAL_CLOUD_CACHE } : {};
}
