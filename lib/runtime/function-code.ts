import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, Token, Tokenization } from 'aws-cdk-lib';
import { Architecture, Code, type FunctionProps, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName, FunctionSettings } from '../../contracts/functions';
import { ARM64_SUFFIX, assetPath, codeLocation } from './asset-path';
import type { Validation } from './validation';

/** Runtime of all functions. */
const FUNCTION_RUNTIME = Runtime.NODEJS_24_X;

/** Name of the file, in a layer of the function, with the settings that its environment has no room for. */
export const SETTINGS_FILE = 'function-settings.json';

/**
 * What settings may take of a function's environment, in bytes of JSON, before some move to a layer.
 * Lambda's environment holds 4 KB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const ROOM = 1024;

/** Settings of a function in two places: what is known only at deployment must be in its environment. */
export interface PlacedSettings<Settings> {
  readonly inEnvironment: Partial<Settings>;
  /** Undefined if the environment has room for all. */
  readonly inLayer?: Partial<Settings>;
}

/** Moves the largest settings to a layer until the others fit into the environment. */
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
  return { inEnvironment: those(false), inLayer: those(true) };
}

/** Settings, and variables of the environment with what cannot be among them. */
export interface SeparatedSettings<Settings> {
  readonly settings: Settings;
  readonly variables: { readonly [name: string]: string };
}

/**
 * Takes texts out of settings that only the deployment splits out of others, such as names of a deployed
 * pipeline: in JSON, the CDK would quote the delimiter of `Fn::Split`, too, which then is found nowhere. A
 * reference to the variable takes their place, which the function resolves when it reads its settings.
 */
export function separateSplitTexts<Settings extends object>(
  scope: Construct,
  settings: Settings,
): SeparatedSettings<Settings> {
  const variables: { [name: string]: string } = {};
  const separate = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (!Token.isUnresolved(value) || !isSplit(Stack.of(scope).resolve(value))) return value;
      const name = `SETTING_${Object.keys(variables).length + 1}`;
      variables[name] = value;
      return `env:${name}`;
    }
    if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
    if (Array.isArray(value)) return value.map(separate);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, separate(member)]));
  };
  return { settings: separate(settings) as Settings, variables };
}

function isSplit(resolved: unknown): boolean {
  return JSON.stringify(resolved).includes('"Fn::Split"');
}

/**
 * The prebuilt code of a function of `lambda/`.
 *
 * @param architecture only of a function that runs models, whose code is built for each
 */
export function functionCode(
  functionName: string,
  architecture?: Architecture,
): Pick<FunctionProps, 'code' | 'handler' | 'runtime' | 'architecture'> {
  const { asset, handler } = codeLocation(functionName);
  const suffix = architecture?.name === Architecture.ARM_64.name ? ARM64_SUFFIX : '';
  return {
    code: Code.fromAsset(assetPath(`${asset}${suffix}`)),
    handler,
    runtime: FUNCTION_RUNTIME,
    ...(architecture && { architecture }),
  };
}

/** Lists what is wrong with the architecture of a function that runs models. */
export function checkArchitecture(
  validation: Validation,
  architecture: Architecture | undefined,
): Validation {
  const built = [Architecture.X86_64.name, Architecture.ARM_64.name];
  return validation.check(
    architecture?.name,
    architecture === undefined || built.includes(architecture.name),
    `architecture must be ${built.join(' or ')}, for which ONNX Runtime is built`,
  );
}

/**
 * A layer with settings of a function, of some KB, so that its code stays the one that all functions share.
 * The file lies among the layer's modules, whose folder Lambda's Node.js runtimes know:
 * https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */
export function settingsLayer(
  scope: Construct,
  id: string,
  settings: Partial<FunctionSettings[FunctionName]>,
): LayerVersion {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    const modules = join(folder, 'nodejs', 'node_modules');
    mkdirSync(modules, { recursive: true });
    writeFileSync(join(modules, SETTINGS_FILE), JSON.stringify(settings));
    // Staged at once, so that the folder can go.
    return new LayerVersion(scope, id, {
      code: Code.fromAsset(folder),
      compatibleRuntimes: [FUNCTION_RUNTIME],
      description: 'Settings of a function that its environment has no room for',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasTokens(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (Array.isArray(value)) return value.some(hasTokens);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasTokens);
  return Tokenization.isResolvable(value);
}
