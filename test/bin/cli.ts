import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built CLI the way a shell does. */
export function runCli(args: readonly string[], environment: Record<string, string>): Promise<CliRun> {
  const script = join(__dirname, '..', '..', 'bin', 'dist', 'model-pipeline.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      { env: { PATH: process.env.PATH, NO_COLOR: '1', ...environment } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
