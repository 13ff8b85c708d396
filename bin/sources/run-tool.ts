import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a tool of the user runs. */
export interface ToolOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a tool of the user.
 *
 * @returns what it prints
 * @throws Error whose message is what it says of its failure, and whose code is `ENOENT` if there is no such
 * tool
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { ...options, maxBuffer: 1 << 26 }).catch(
    (error: NodeJS.ErrnoException & { readonly stderr?: string }) => {
      if (error.code === 'ENOENT') throw error;
      const lines = (error.stderr || error.message).trim().split('\n');
      throw new Error(lines.slice(0, 5).join(' | '));
    },
  );
  return stdout.trim();
}

/** As {@link runTool}, undefined if it fails. */
export function tryTool(...call: Parameters<typeof runTool>): Promise<string | undefined> {
  return runTool(...call).catch(() => undefined);
}
