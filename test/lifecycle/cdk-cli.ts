import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { repositoryFile } from '../repository-file';
import { STAGED } from '../staged';
import type { TestedCloud } from './tested-cloud';

export interface CdkRun {
  readonly code: number | null;
  readonly output: string;
}

/** The CDK CLI of `node_modules`, unmodified, led to a local cloud by its environment alone. */
export class CdkCli {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk-cli-'));

  constructor(private readonly cloud: Pick<TestedCloud, 'url' | 'account' | 'region' | 'credentials'>) {}

  /** Synthesizes what `define` adds to an app, and runs a command on it. */
  run(args: readonly string[], define: (app: App) => void): Promise<CdkRun> {
    const outdir = mkdtempSync(join(this.folder, 'assembly-'));
    const app = new App({ ...STAGED, outdir });
    define(app);
    app.synth();
    return this.spawn([...args, '--app', outdir]);
  }

  /** Runs a command in the folder of an app, whose `cdk.json` says how to run it. */
  runIn(folder: string, args: readonly string[]): Promise<CdkRun> {
    return this.spawn([...args, '--output', mkdtempSync(join(this.folder, 'assembly-'))], folder);
  }

  private async spawn(args: readonly string[], folder = this.folder): Promise<CdkRun> {
    const cli = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
    const flags = ['--no-notices', '--no-version-reporting', '--ci', '--no-color'];
    const child = spawn(process.execPath, [cli, ...args, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
      env: {
        // As `npx cdk` has it.
        PATH: `${repositoryFile('node_modules', '.bin')}${delimiter}${process.env.PATH}`,
        HOME: this.folder,
        AWS_ENDPOINT_URL: this.cloud.url,
        AWS_ACCESS_KEY_ID: this.cloud.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.cloud.credentials.secretAccessKey,
        AWS_REGION: this.cloud.region,
        AWS_DEFAULT_REGION: this.cloud.region,
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_DISABLE_CLI_TELEMETRY: '1',
        CDK_DOCKER: repositoryFile('local', 'dist', 'docker', 'main.js'),
        ...pipSettings(),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  /** @param region by default the local cloud's */
  bootstrap(region = this.cloud.region): Promise<CdkRun> {
    return this.spawn(['bootstrap', `aws://${this.cloud.account}/${region}`]);
  }

  deploy(define: (app: App) => void, ...flags: string[]): Promise<CdkRun> {
    return this.run(
      ['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...flags],
      define,
    );
  }

  diff(define: (app: App) => void): Promise<CdkRun> {
    return this.run(['diff'], define);
  }

  destroy(define: (app: App) => void): Promise<CdkRun> {
    return this.run(['destroy', '--all', '--force'], define);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Those of this machine, for images whose packages are resolved when they are built. */
function pipSettings(): Record<string, string> {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_'));
  return Object.fromEntries(settings) as Record<string, string>;
}
