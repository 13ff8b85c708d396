import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli/cli-error';
import type { Say } from './progress';

/** Runs the CDK CLI, unmodified, against an endpoint. */
export class Cdk {
  constructor(
    /** Environment that leads to the endpoint. */
    private readonly environment: Record<string, string>,
    /** Folder for the synthesized app. */
    private readonly output: string,
  ) {}

  /**
   * @returns what it printed
   * @throws CliError with the end of what it printed
   */
  async run(args: readonly string[], say: Say): Promise<string> {
    const cli = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
    const common = ['--no-notices', '--no-version-reporting', '--ci', '--output', this.output];
    const child = spawn(process.execPath, [cli, ...args, ...common], {
      cwd: repository(),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...this.environment,
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        // A test has the CDK check the templates; each check takes seconds.
        CDK_VALIDATION: 'false',
        // A profile of the user's would win over the local cloud's keys.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const line = inShort(printed.trimEnd().split('\n').pop() ?? '');
      if (line) say(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) {
      throw new CliError(`cdk ${args.join(' ')} failed:\n${printed.split('\n').slice(-40).join('\n')}`);
    }
    return printed;
  }
}

/** The folder of the example's app, in the clone of the repository that the demo runs in. */
function repository(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'cdk.json'))) folder = dirname(folder);
  return folder;
}

const RESOURCES_BETWEEN_LINES = 10;

/** An event of a deployment as how far it is, now and then; other lines as they are. */
function inShort(line: string): string | undefined {
  const [, done, all] = /\|\s*(\d+)\/(\d+) \|/.exec(line) ?? [];
  if (done === undefined) return line;
  return Number(done) % RESOURCES_BETWEEN_LINES === 0 ? `${done} of ${all} resources` : undefined;
}
