import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { advanceLocal, localStatusOf } from '../../bin/cli/local-process';
import type { TestedCloud } from './tested-cloud';

const PROGRAM = join(__dirname, '..', '..', 'dist', 'local', 'main.js');

/** The built local cloud in a process of its own, with a data folder: it can be ended and started again. */
export class CloudProcess implements TestedCloud {
  url = '';
  account = '';
  region = '';
  readonly clock = {
    advance: async (milliseconds: number) => {
      await advanceLocal(this.url, milliseconds / 1000);
    },
  };
  readonly dataFolder = mkdtempSync(join(tmpdir(), 'cloud-process-'));
  private child: ChildProcess | undefined;

  /** @param launcher program with arguments that starts what follows them. @default none */
  constructor(private readonly launcher: readonly string[] = []) {}

  async start(): Promise<void> {
    const program = [process.execPath, PROGRAM, '--with-parent', '--data-folder', this.dataFolder];
    const [command = '', ...args] = [...this.launcher, ...program];
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    this.child = child;
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    ({
      account: this.account,
      region: this.region,
      url: this.url,
    } = await localStatusOf(JSON.parse(line).url));
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode !== null) return;
    this.child.kill();
    await once(this.child, 'exit');
  }

  remove(): void {
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
