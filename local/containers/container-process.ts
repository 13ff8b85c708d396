import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that stands for a container, together with everything that it started. */
export interface ContainerProcess {
  /** Undefined if the process could not be started. */
  readonly pid: number | undefined;
  /**
   * Resolves when the process has ended and its output was delivered; never rejects. Code 127: it could not
   * be started.
   */
  readonly exited: Promise<ContainerExit>;
  /**
   * Ends the whole process group: SIGTERM, then SIGKILL after two seconds. Resolves with the exit; can be
   * called again.
   */
  kill(): Promise<ContainerExit>;
}

export interface ContainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ContainerCommand {
  readonly python: string;
  readonly arguments: readonly string[];
  /** Home, and working directory unless there is another one. */
  readonly root: string;
  /** Working directory. @default - `root` */
  readonly directory?: string;
  /** Variables of the container, on top of the few which every container has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets each line of both output streams. */
  readonly onLog: (line: string) => void;
}

const GRACE_MILLIS = 2_000;

/**
 * Starts a process in its own process group. Its standard input stays open for as long as this process lives:
 * the Python side watches it and ends the group when it closes, so that nothing outlives the local cloud, not
 * even if that is killed.
 */
export function startContainerProcess(command: ContainerCommand): ContainerProcess {
  const child = spawn(command.python, [...command.arguments], {
    cwd: command.directory ?? command.root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...baseEnvironment(command.root), ...command.environment },
  });
  child.stdin.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', command.onLog);

  const exited = new Promise<ContainerExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      command.onLog(`cannot start ${command.python}: ${error.message}`);
      resolve({ code: 127, signal: null });
    });
    child.once('exit', () => signalGroup(child, 'SIGKILL'));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    exited,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return exited;
      signalGroup(child, 'SIGTERM');
      const killer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MILLIS);
      return exited.finally(() => clearTimeout(killer));
    },
  };
}

/** A container does not see the environment of its host. What remains lets pip reach its index. */
function baseEnvironment(root: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      /^(PATH|LANG|TMPDIR|PIP_.*|.*_proxy|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)$/i.test(name),
  ) as [string, string][];
  return {
    ...Object.fromEntries(kept),
    HOME: root,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    // Containers share the processors here: threads that spin while they wait make two trainings 10 times as
    // slow as one.
    OMP_WAIT_POLICY: 'PASSIVE',
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
