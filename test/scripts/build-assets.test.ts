import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildAssets } from '../../scripts/build-assets';

const ROOT = join(__dirname, '..', '..');

describe('buildAssets', () => {
  let root: string;

  beforeEach(() => {
    root = packageFolder();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('bundles each folder with a handler, and brings the AWS SDK that was tested', async () => {
    addFunction(
      root,
      'greet',
      "import { S3Client } from '@aws-sdk/client-s3'; import { word } from '../shared/word'; export const handler = () => [word, S3Client.name];",
    );
    addShared(root, "export const word = 'hello';");

    const report = await buildAssets(root);

    expect(report.functions).toBe(1);
    expect(bundleOf(root, 'greet')).not.toMatch(/(?:from|import|require\()\s*"@aws-sdk/);
    // One call of S3 with what signs, sends and reads it; the client's CommonJS form, with all its calls, is
    // three times as large.
    expect(loadedBytes(root, 'greet')).toBeLessThan(1_500_000);
    expect(existsSync(bundlePath(root, 'shared'))).toBe(false);
    expect(answerOf(root, 'greet')).toEqual(['hello', 'S3Client']);
  });

  test('gives the same bytes wherever the package lies, so that asset hashes agree between machines', async () => {
    const elsewhere = packageFolder();
    try {
      for (const folder of [root, elsewhere]) {
        addShared(folder, 'export class Named extends Error {}');
        addFunction(
          folder,
          'greet',
          "import { Named } from '../shared/word'; import * as z from 'zod/mini'; export const handler = () => [Named.name, z.string().parse('a')];",
        );
        await buildAssets(folder);
      }
      expect(bundleOf(root, 'greet')).toBe(bundleOf(elsewhere, 'greet'));
      expect(bundleOf(root, 'greet')).not.toContain(tmpdir());
      expect(answerOf(root, 'greet')).toEqual(['Named', 'a']);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  test('writes only what has changed', async () => {
    addFunction(root, 'one', 'export const handler = () => 1;');
    addFunction(root, 'two', 'export const handler = () => 2;');
    await buildAssets(root);
    const before = statSync(bundlePath(root, 'one'), { bigint: true }).mtimeNs;
    addFunction(root, 'two', 'export const handler = () => 22;');

    expect(await buildAssets(root)).toMatchObject({ functions: 2, written: 1 });

    expect(statSync(bundlePath(root, 'one'), { bigint: true }).mtimeNs).toBe(before);
    expect(answerOf(root, 'two')).toBe(22);
  });

  test('removes what is left of functions and files that are gone', async () => {
    addFunction(root, 'one', 'export const handler = () => 1;');
    addFunction(root, 'two', 'export const handler = () => 2;');
    await buildAssets(root);
    rmSync(join(root, 'lambda', 'two'), { recursive: true });
    mkdirSync(join(root, 'dist', 'assets', 'old'));
    writeFileSync(join(root, 'dist', 'assets', 'old', 'index.js'), '');

    await buildAssets(root);

    expect(existsSync(bundlePath(root, 'two'))).toBe(false);
    expect(existsSync(join(root, 'dist', 'assets', 'old'))).toBe(false);
    expect(existsSync(bundlePath(root, 'one'))).toBe(true);
  });

  test('shares what functions have in common, and has each load only its own code', async () => {
    addShared(root, "export const word = 'hello';");
    addFunction(
      root,
      'large',
      "import { S3Client } from '@aws-sdk/client-s3'; import { word } from '../shared/word'; export const handler = () => [word, S3Client.name];",
    );
    addFunction(root, 'larger', "export * from '../large/handler';");
    addFunction(root, 'small', "export { word } from '../shared/word'; export const handler = () => 1;");
    const { kilobytes } = await buildAssets(root);
    expect(loadedBytes(root, 'small')).toBeLessThan(1_000);
    expect(loadedBytes(root, 'large')).toBeGreaterThan(200_000);
    expect(kilobytes * 1024).toBeLessThan(1.9 * loadedBytes(root, 'large'));
    expect(answerOf(root, 'larger')).toEqual(['hello', 'S3Client']);
  });

  test('gives functions that run models an asset of their own, with their ES modules as they are', async () => {
    addFunction(root, 'one', 'export const handler = () => 1;');
    addFunction(root, 'serverless-inference', 'export const handler = () => 2;');
    const source = "import one from './serverless-inference.js';\n\nexport const { handler } = one;\n";
    writeFileSync(join(root, 'lambda', 'serverless-inference', 'start.mjs'), source);
    const asset = join(root, 'dist', 'assets', 'inference');
    await buildAssets(root);
    expect(readFileSync(join(asset, 'start.mjs'), 'utf8')).toBe(source);
    const before = readFileSync(join(asset, 'serverless-inference.js'));

    addFunction(root, 'one', 'export const handler = () => 11;');

    expect(await buildAssets(root)).toMatchObject({ functions: 2, written: 1 });
    expect(readFileSync(join(asset, 'serverless-inference.js'))).toEqual(before);
  });

  test('passes the licences of bundled packages on', async () => {
    addFunction(root, 'parse', "export { parse as handler } from 'csv-parse/sync';");
    await buildAssets(root);
    const notices = readFileSync(
      join(root, 'dist', 'assets', 'functions', 'THIRD-PARTY-NOTICES.txt'),
      'utf8',
    );
    expect(notices).toMatch(/^csv-parse \d+\.\d+\.\d+, licence MIT\n/);
    expect(notices).toContain('Permission is hereby granted');
  });

  test('ships ONNX Runtime for Linux with a function that imports it, in an asset for each processor', async () => {
    addFunction(
      root,
      'serverless-inference',
      "import { InferenceSession } from 'onnxruntime-node'; export const handler = () => InferenceSession.name;",
    );
    await buildAssets(root);
    // The processor that an ELF header names:
    // https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    for (const [asset, processor, machine] of [
      ['inference', 'x64', 62],
      ['inference-arm64', 'arm64', 183],
    ] as const) {
      const folder = join(root, 'dist', 'assets', asset);
      expect(existsSync(join(folder, 'serverless-inference.js'))).toBe(true);
      const platforms = join(folder, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'linux');
      expect(readdirSync(platforms)).toEqual([processor]);
      const binding = readFileSync(join(platforms, processor, 'onnxruntime_binding.node'));
      expect(binding.readUInt16LE(18)).toBe(machine);
    }
    const modules = join(root, 'dist', 'assets', 'inference', 'node_modules');
    expect(existsSync(join(modules, 'onnxruntime-node', 'bin', 'napi-v6', 'win32'))).toBe(false);
    expect(existsSync(join(modules, 'onnxruntime-common', 'dist', 'cjs', 'index.js'))).toBe(true);
    expect(existsSync(join(modules, 'onnxruntime-common', 'dist', 'esm'))).toBe(false);
  });

  test('names the file and line of what cannot be bundled', async () => {
    addFunction(root, 'broken', "\nexport { x } from './missing';");
    await expect(buildAssets(root)).rejects.toThrow(
      /the functions cannot be bundled:\nlambda\/broken\/handler\.ts:2: Could not resolve ".\/missing"/,
    );
  });
});

/** A package of its own, with this one's dependencies. */
function packageFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'build-assets-'));
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  cpSync(join(ROOT, 'tsconfig.json'), join(root, 'tsconfig.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'lambda'));
  return root;
}

function addFunction(root: string, name: string, source: string): void {
  mkdirSync(join(root, 'lambda', name), { recursive: true });
  writeFileSync(join(root, 'lambda', name, 'handler.ts'), source);
}

function addShared(root: string, source: string): void {
  mkdirSync(join(root, 'lambda', 'shared'), { recursive: true });
  writeFileSync(join(root, 'lambda', 'shared', 'word.ts'), source);
}

function bundlePath(root: string, name: string): string {
  return join(root, 'dist', 'assets', 'functions', `${name}.mjs`);
}

function bundleOf(root: string, name: string): string {
  return readFileSync(bundlePath(root, name), 'utf8');
}

/** What a handler answers in a process of its own. */
function answerOf(root: string, name: string): unknown {
  const script = `import { handler } from ${JSON.stringify(bundlePath(root, name))};
    console.log(JSON.stringify(await handler()));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(output.toString());
}

/** Bytes of a function's module and of all that it imports. */
function loadedBytes(root: string, name: string): number {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)"(\.[^"]+)"/g)) {
      load(join(dirname(file), path as string));
    }
  };
  load(bundlePath(root, name));
  return [...loaded].reduce((sum, file) => sum + statSync(file).size, 0);
}
