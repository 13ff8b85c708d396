import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What a function's process needs to start. */
export interface RuntimeCommand {
  readonly codeFolder: string;
  /** The process's own `/tmp`, gone with it. */
  readonly temporaryFolder: string;
  /** MiB */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets each event that the process writes. */
  onLog(message: string): void;
  /** Gets the memory used so far, in MiB, when all output of an invocation has come. */
  onEndOfInvocation(requestId: string, maxMemoryUsed: number): void;
}

/** The Node.js process of an execution environment. */
export class RuntimeProcess {
  /** AWS's description of how the process ended, once it has and all its output has come. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;

  constructor(private readonly command: RuntimeCommand) {
    mkdirSync(command.temporaryFolder, { recursive: true });
    const bootstrap = join(__dirname, 'runtime', 'bootstrap.mjs');
    // A tenth of the memory is for what is not heap, as in AWS's runtimes.
    const heap = Math.floor(command.memorySize * 0.9);
    const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, bootstrap], {
      cwd: command.codeFolder,
      // Its own process group, so that what it starts ends with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      // The developer's environment stays out, above all credentials.
      env: {
        PATH: process.env.PATH ?? '',
        HOME: command.temporaryFolder,
        TMPDIR: command.temporaryFolder,
        ...command.environment,
      },
    });
    this.child = child;
    child.stdin.on('error', () => {});
    forEachLine(child.stdout, (line) => this.read(line));
    forEachLine(child.stderr, (line) => command.onLog(line));
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not start: ${error.message}`));
      child.once('exit', () => this.kill());
      child.once('close', (code, signal) => resolve(describeExit(code, signal)));
    }).then((description) => {
      rmSync(command.temporaryFolder, { recursive: true, force: true });
      return description as string;
    });
  }

  /** Asks the process to end, and ends it and what it started if it has not by then. */
  terminate(millis: number): void {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), millis);
    this.child.once('exit', () => clearTimeout(timer));
  }

  /** Ends the process and what it started, at once. */
  kill(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private read(line: string): void {
    const [, requestId, maxMemoryUsed] = END_OF_INVOCATION.exec(line) ?? [];
    if (requestId) this.command.onEndOfInvocation(requestId, Number(maxMemoryUsed));
    else this.command.onLog(line.replaceAll('\r', '\n'));
  }
}

/** What the bootstrap writes when all output of an invocation is out. */
const END_OF_INVOCATION = /^\uFFFE end ([\w-]+) (\d+)$/;

/** Only a line feed ends a line: carriage returns are line feeds within an event. */
function forEachLine(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) callback(line);
  });
  stream.on('end', () => {
    if (rest !== '') callback(rest);
  });
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};
