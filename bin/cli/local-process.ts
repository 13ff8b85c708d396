import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from './cli-error';

/** What the local cloud says of itself. */
export interface LocalStatus {
  readonly url: string;
  readonly account: string;
  readonly region: string;
  readonly processId: number;
  /** Time on its clock. */
  readonly time: string;
  readonly clockRate: number;
}

export interface LocalStartOptions {
  readonly port: string;
  readonly dataFolder?: string;
  readonly clockRate: string;
  /** As `--faults` has them. */
  readonly faults?: string;
}

const START_TIMEOUT_MILLISECONDS = 20_000;
const ANSWER_TIMEOUT_MILLISECONDS = 5_000;

/** Environment variables that lead every AWS client to a local cloud. */
export function localEnvironment({
  url,
  account,
  region,
}: Pick<LocalStatus, 'url' | 'account' | 'region'>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: '1',
  };
}

/**
 * Starts a local cloud that goes on after this command.
 *
 * @throws CliError if one runs already, or if it does not start; then with what it said
 */
export async function startLocal(options: LocalStartOptions): Promise<LocalStatus> {
  const running = await localStatus();
  if (running)
    throw new CliError(
      `a local cloud runs already at ${running.url}; stop it with "model-pipeline local stop"`,
    );
  mkdirSync(stateFolder(), { recursive: true });
  const log = join(stateFolder(), 'local.log');
  const output = openSync(log, 'w');
  const script = join(__dirname, '..', '..', 'local', 'main.js');
  const args = [script, '--port', options.port, '--clock-rate', options.clockRate, '--verbose'];
  if (options.dataFolder) args.push('--data-folder', options.dataFolder);
  if (options.faults) args.push('--faults', options.faults);
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', output, output] });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  const url = `http://127.0.0.1:${options.port}`;
  writeFileSync(stateFile(), JSON.stringify({ url }));
  for (
    const start = Date.now();
    Date.now() - start < START_TIMEOUT_MILLISECONDS && !ended;
    await sleep(100)
  ) {
    const status = await localStatus();
    if (status && status.processId === child.pid) return status;
  }
  rmSync(stateFile(), { force: true });
  throw new CliError(`the local cloud did not start: ${readFileSync(log, 'utf8').trim()}`);
}

/** Ends the local cloud and all its processes; false if none runs. */
export async function stopLocal(): Promise<boolean> {
  const status = await localStatus();
  if (!status) return false;
  process.kill(status.processId, 'SIGTERM');
  while (await localStatus()) await sleep(100);
  rmSync(stateFile(), { force: true });
  return true;
}

/** Undefined if no local cloud answers. */
export async function localStatus(): Promise<LocalStatus | undefined> {
  if (!existsSync(stateFile())) return undefined;
  const { url } = JSON.parse(readFileSync(stateFile(), 'utf8')) as { url: string };
  return localStatusOf(url).catch(() => undefined);
}

/** What the local cloud at an address says of itself. */
export async function localStatusOf(url: string): Promise<LocalStatus> {
  // Whatever has taken its port meanwhile may never answer.
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MILLISECONDS);
  return (await (await fetch(`${url}/_local/control/status`, { signal })).json()) as LocalStatus;
}

/** Moves the clock of a local cloud on. */
export function advanceLocal(url: string, seconds: number): Promise<LocalStatus> {
  return control(url, 'clock', { advanceSeconds: seconds });
}

/** Takes the machine of a managed spot training in a local cloud. */
export function interruptLocal(url: string, trainingJobName: string): Promise<LocalStatus> {
  return control(url, 'interruption', { trainingJobName });
}

/** Lets calls of a local cloud fail from now on; none with null. */
export function injectLocalFaults(url: string, faults: string | null): Promise<LocalStatus> {
  return control(url, 'faults', { faults });
}

async function control(url: string, what: string, order: object): Promise<LocalStatus> {
  const response = await fetch(`${url}/_local/control/${what}`, {
    method: 'POST',
    body: JSON.stringify(order),
  });
  const body = (await response.json()) as LocalStatus & { message?: string };
  if (!response.ok) throw new CliError(body.message ?? `the local cloud answered ${response.status}`);
  return body;
}

function stateFolder(): string {
  return process.env.MODEL_PIPELINE_CACHE ?? join(homedir(), '.cache', 'cdk-model-pipeline');
}

function stateFile(): string {
  return join(stateFolder(), 'local.json');
}
