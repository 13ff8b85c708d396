import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GrantUse } from 'cdk-local-cloud';
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
  /** How many resources have no effect, by type. */
  readonly inertResources: Readonly<Record<string, number>>;
}

export interface LocalStartOptions {
  readonly port: string;
  readonly dataFolder?: string;
  readonly region?: string;
  /** 12 digits. */
  readonly account?: string;
  readonly clockRate: string;
  /** Resource types that are accepted without effect, as `AWS::EC2::*`. */
  readonly inert?: readonly string[];
  /** As `--faults` has them. */
  readonly faults?: string;
  /** The keys `test` and `test`, for tools that bring them. */
  readonly fixedKeys?: boolean;
}

const OWNER_ONLY = 0o600;

const START_TIMEOUT_MILLISECONDS = 20_000;
const ANSWER_TIMEOUT_MILLISECONDS = 5_000;

/** How the commands reach a local cloud; what it prints when it is ready. */
export interface LocalAddress {
  readonly url: string;
  /** The file that holds its token. */
  readonly accessFile: string;
}

/** The local cloud as a program: its path, and the arguments that let its page show pipelines. */
export function localProgram(): string[] {
  return [require.resolve('cdk-local-cloud/main'), '--plugin', require.resolve('model-pipeline/local-page')];
}

/** Environment variables that lead every AWS client to a local cloud. */
export function localEnvironment(cloud: LocalAddress): Promise<Record<string, string>> {
  return control(cloud, 'GET', 'environment');
}

/** What each role of a local cloud may do, and how often a call needed it. */
export function localGrants(cloud: LocalAddress): Promise<GrantUse[]> {
  return control(cloud, 'GET', 'grants');
}

/** A link to its web page, which works once. */
export async function localPageLink(cloud: LocalAddress): Promise<string> {
  return (await control<{ url: string }>(cloud, 'POST', 'page-link')).url;
}

/**
 * Starts a local cloud that goes on after this command.
 *
 * @throws CliError if one runs already, or if it does not start; then with what it said
 */
export async function startLocal(options: LocalStartOptions): Promise<LocalAddress> {
  const running = await localAddress();
  if (running)
    throw new CliError(
      `a local cloud is already running at ${running.url}; stop it with "model-pipeline local stop"`,
    );
  mkdirSync(stateFolder(), { recursive: true });
  const log = join(stateFolder(), 'local.log');
  rmSync(log, { force: true });
  const output = openSync(log, 'w', OWNER_ONLY);
  const args = [...localProgram(), '--port', options.port, '--clock-rate', options.clockRate, '--verbose'];
  if (options.dataFolder) args.push('--data-folder', options.dataFolder);
  if (options.region) args.push('--region', options.region);
  if (options.account) args.push('--account', options.account);
  for (const pattern of options.inert ?? []) args.push('--inert', pattern);
  if (options.faults) args.push('--faults', options.faults);
  if (options.fixedKeys) args.push('--fixed-keys');
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', output] });
  const stdout = child.stdout as Readable;
  const address = await firstLine(stdout);
  if (!address) {
    child.kill();
    throw new CliError(`the local cloud did not start: ${readFileSync(log, 'utf8').trim()}`);
  }
  stdout.destroy();
  child.unref();
  rmSync(stateFile(), { force: true });
  writeFileSync(stateFile(), address, { mode: OWNER_ONLY });
  return JSON.parse(address) as LocalAddress;
}

/** Undefined if the stream ends, or nothing comes in time. */
function firstLine(stream: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (line?: string) => {
      clearTimeout(timer);
      resolve(line);
    };
    const timer = setTimeout(end, START_TIMEOUT_MILLISECONDS);
    createInterface(stream).once('line', end).once('close', end);
  });
}

/** Ends the local cloud and all its processes; false if none runs. */
export async function stopLocal(): Promise<boolean> {
  const address = await localAddress();
  if (!address) return false;
  process.kill((await localStatus(address)).processId, 'SIGTERM');
  while (await localAddress()) await sleep(100);
  rmSync(stateFile(), { force: true });
  return true;
}

/** Where the local cloud is that "local start" started; undefined if it does not answer. */
export async function localAddress(): Promise<LocalAddress | undefined> {
  if (!existsSync(stateFile())) return undefined;
  const address = JSON.parse(readFileSync(stateFile(), 'utf8')) as LocalAddress;
  return localStatus(address).then(
    () => address,
    () => undefined,
  );
}

/** What a local cloud says of itself. */
export function localStatus(cloud: LocalAddress): Promise<LocalStatus> {
  // Whatever has taken its port meanwhile may never answer.
  return control(cloud, 'GET', 'status', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MILLISECONDS) });
}

/** Moves the clock of a local cloud on. */
export function advanceLocal(cloud: LocalAddress, seconds: number): Promise<LocalStatus> {
  return order(cloud, 'clock', { advanceSeconds: seconds });
}

/** Takes the machine of a managed spot training in a local cloud. */
export function interruptLocal(cloud: LocalAddress, trainingJobName: string): Promise<LocalStatus> {
  return order(cloud, 'interruption', { trainingJobName });
}

/** Lets calls of a local cloud fail from now on; none with null. */
export function injectLocalFaults(cloud: LocalAddress, faults: string | null): Promise<LocalStatus> {
  return order(cloud, 'faults', { faults });
}

function order(cloud: LocalAddress, what: string, content: object): Promise<LocalStatus> {
  return control(cloud, 'POST', what, { body: JSON.stringify(content) });
}

async function control<Answer>(
  { url, accessFile }: LocalAddress,
  method: 'GET' | 'POST',
  what: string,
  options: RequestInit = {},
): Promise<Answer> {
  const { token } = JSON.parse(readFileSync(accessFile, 'utf8')) as { token: string };
  const response = await fetch(`${url}/_local/control/${what}`, {
    ...options,
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await response.json()) as Answer & { message?: string };
  if (!response.ok) throw new CliError(body.message ?? `the local cloud answered ${response.status}`);
  return body;
}

function stateFolder(): string {
  return process.env.MODEL_PIPELINE_CACHE ?? join(homedir(), '.cache', 'cdk-model-pipeline');
}

function stateFile(): string {
  return join(stateFolder(), 'local.json');
}
