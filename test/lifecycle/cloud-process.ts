import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  advanceLocal,
  injectLocalFaults,
  interruptLocal,
  type LocalAddress,
  localGrants,
  localStatus,
} from '../../bin/cli/local-process';
import type { AccountKey } from '../../local/access';
import type { GrantUse } from '../../local/services/iam/access-record';
import type { TestedCloud } from './tested-cloud';

const PROGRAM = join(__dirname, '..', '..', 'local', 'dist', 'main.js');

export interface CloudProcessOptions {
  /** Program with arguments that starts what follows them. @default none */
  readonly launcher?: readonly string[];
  /** @default a new folder, which `remove` removes */
  readonly dataFolder?: string;
  /** @default 1, real time */
  readonly clockRate?: number;
  /** More of its options. @default none */
  readonly flags?: readonly string[];
}

/** The built local cloud in a process of its own, with a data folder: it can be ended and started again. */
export class CloudProcess implements TestedCloud {
  address: LocalAddress = { url: '', accessFile: '' };
  credentials: AccountKey = { accessKeyId: '', secretAccessKey: '' };
  account = '';
  region = '';
  readonly clock = {
    advance: async (milliseconds: number) => {
      await advanceLocal(this.address, milliseconds / 1000);
    },
  };
  private child: ChildProcess | undefined;

  readonly dataFolder: string;

  constructor(private readonly options: CloudProcessOptions = {}) {
    this.dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'cloud-process-'));
  }

  get url(): string {
    return this.address.url;
  }

  /** What leads a program to it. */
  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      AWS_REGION: this.region,
    };
  }

  async start(): Promise<void> {
    const { launcher = [], clockRate = 1, flags: more = [] } = this.options;
    const flags = [
      '--with-parent',
      '--data-folder',
      this.dataFolder,
      '--clock-rate',
      String(clockRate),
      ...more,
    ];
    const [command = '', ...args] = [...launcher, process.execPath, PROGRAM, ...flags];
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    this.child = child;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the local cloud ended with ${code} before it told its address (npm run build?)`);
    });
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    this.address = JSON.parse(line) as LocalAddress;
    this.credentials = JSON.parse(readFileSync(this.address.accessFile, 'utf8')) as AccountKey;
    ({ account: this.account, region: this.region } = await localStatus(this.address));
  }

  /** @param signal SIGKILL ends it in the middle of whatever it does */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child?.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }

  grants(): Promise<GrantUse[]> {
    return localGrants(this.address);
  }

  /** Lets calls fail from now on, as `local start --faults` has them; none with null. */
  async injectFaults(faults: string | null): Promise<void> {
    await injectLocalFaults(this.address, faults);
  }

  /** Takes the instance of a training on spot instances. */
  async interruptTraining(trainingJobName: string): Promise<void> {
    await interruptLocal(this.address, trainingJobName);
  }

  remove(): void {
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
