import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CliError } from '../cli/cli-error';
import { type LocalAddress, localProgram } from '../cli/local-process';

/** A local cloud that lives and dies with this process. */
export interface LocalCloudProcess {
  readonly address: LocalAddress;
  stop(): Promise<void>;
}

/**
 * @throws CliError with what it said, if it does not start
 */
export async function startLocalCloudProcess(): Promise<LocalCloudProcess> {
  // Its standard input ends when this process ends, even by SIGKILL; it is a group of its own, so that Ctrl-C
  // reaches it by us.
  const child = spawn(process.execPath, [...localProgram(), '--with-parent'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const address = await new Promise<LocalAddress>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as LocalAddress));
    child.once('exit', () => reject(new CliError(`the local cloud did not start: ${complaint.trim()}`)));
  });
  return {
    address,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
