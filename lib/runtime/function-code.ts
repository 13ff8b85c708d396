import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Token, Tokenization } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { assetPath } from './asset-path';

/** Runtime of all functions. */
export const FUNCTION_RUNTIME = Runtime.NODEJS_24_X;

/** Name of the file, beside a function's code, with the settings that its environment has no room for. */
export const SETTINGS_FILE = 'settings.json';

/**
 * What settings may take of a function's environment, in bytes of JSON, before some move beside the code.
 * Lambda's environment holds 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const ROOM = 1024;

/** Settings of a function in two places: what is known only at deployment must be in its environment. */
export interface PlacedSettings<Settings> {
  readonly inEnvironment: Partial<Settings>;
  /** Undefined if the environment has room for all. */
  readonly besideCode?: Partial<Settings>;
}

/** Moves the largest settings beside the code until the others fit into the environment. */
export function placeSettings<Settings extends object>(settings: Settings): PlacedSettings<Settings> {
  const members = Object.entries(settings).filter(([, value]) => value !== undefined);
  const known = members
    .filter(([, value]) => !hasTokens(value))
    .map(([name, value]) => ({ name, size: Buffer.byteLength(JSON.stringify({ [name]: value })) }))
    .sort((a, b) => b.size - a.size);
  let total = known.reduce((sum, { size }) => sum + size, 0);
  const moved = new Set<string>();
  for (const { name, size } of known) {
    if (total <= ROOM) break;
    moved.add(name);
    total -= size;
  }
  if (moved.size === 0) return { inEnvironment: settings };
  const those = (isMoved: boolean) =>
    Object.fromEntries(members.filter(([name]) => moved.has(name) === isMoved)) as Partial<Settings>;
  return { inEnvironment: those(false), besideCode: those(true) };
}

/** A function's prebuilt code, with settings beside it if there are any. */
export interface FunctionCode {
  readonly code: Code;
  /** Removes what the code was staged from; call it when the function has been made. */
  readonly dispose: () => void;
}

export function functionCode(asset: string, besideCode: object | undefined): FunctionCode {
  if (!besideCode) return { code: Code.fromAsset(assetPath(asset)), dispose: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  cpSync(assetPath(asset), folder, { recursive: true });
  writeFileSync(join(folder, SETTINGS_FILE), JSON.stringify(besideCode));
  return {
    code: Code.fromAsset(folder),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function hasTokens(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (Array.isArray(value)) return value.some(hasTokens);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasTokens);
  return Tokenization.isResolvable(value);
}
