import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryFile } from '../../repository-file';

export interface DockerRun {
  readonly code: number | null;
  readonly output: string;
}

/** The built program that the CDK CLI runs in the place of Docker. */
export async function runDocker(
  args: readonly string[],
  options: {
    readonly environment: Readonly<Record<string, string>>;
    readonly folder?: string;
    readonly input?: string;
  },
): Promise<DockerRun> {
  const child = spawn(repositoryFile('local', 'dist', 'docker', 'main.js'), args, {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(options.input ?? '');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
