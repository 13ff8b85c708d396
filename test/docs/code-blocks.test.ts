import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import type { Command } from 'commander';
import { writeApp } from '../../bin/init/write-app';
import { newProgram } from '../../bin/program';

const root = join(__dirname, '..', '..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  ...markdownIn('docs/guides'),
  ...markdownIn('examples', true),
];
const blocks = documents.flatMap(blocksOf);

describe('code blocks in the documents', () => {
  const app = mkdtempSync(join(tmpdir(), 'app-'));
  const here = process.cwd();
  // The folder that users have: paths in the blocks are relative to it.
  beforeAll(() => {
    writeApp({ folder: app, name: 'churn', version: '0.1.0' });
    process.chdir(app);
  });
  afterAll(() => {
    process.chdir(here);
    rmSync(app, { recursive: true });
  });
  const typescript = blocks.filter(({ language }) => language === 'ts');

  test('there are some', () => {
    expect(typescript.length).toBeGreaterThan(0);
    expect(blocks.some(({ language }) => language === 'sh')).toBe(true);
  });

  test('in TypeScript compile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'code-blocks-'));
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      typescript.forEach(({ text }, index) => {
        writeFileSync(join(folder, `block-${index}.ts`), text);
      });
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: join(root, 'tsconfig.test.json'),
          compilerOptions: {
            noEmit: true,
            rootDir: '/',
            types: ['node'],
            paths: { 'cdk-model-pipeline': [join(root, 'lib', 'index.ts')] },
          },
          include: ['*.ts'],
          exclude: [],
        }),
      );
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      expect(errorsOf(process.execPath, [tsc, '-p', folder])).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(typescript)('in TypeScript run: $document, line $line', ({ text }) => {
    const { code } = transformSync(text, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const load = (name: string) => require(name === 'cdk-model-pipeline' ? '../../lib' : name);
    new Function('require', 'exports', code)(load, {});
  });

  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text, document }) =>
      text
        .replaceAll('\\\n', ' ')
        .split(/\n|&&|"\$\(|\)"/)
        .map((line) => line.replace(/#.*/, '').trim())
        .filter(Boolean)
        .map((command) => ({ command, document })),
    );

  test.each(lines)('in shell name what there is: $command ($document)', ({ command }) => {
    const [program, ...words] = command.match(/"[^"]*"|\S+/g) as string[];
    if (program === 'npm') return expectScript(words);
    if (program === 'npx' && words[0] === 'model-pipeline')
      return expectCommand(newProgram(), words.slice(1));
    expect([
      'npx cdk',
      'npx tsx',
      // Generators of clients, which the test of the example runs.
      'npx openapi-typescript@7',
      'openapi-python-client',
      'eval',
      'export',
      'aws',
      'python3',
      'pip',
      'node',
      '.',
      'curl',
      'git',
      'cd',
      'tmux',
    ]).toContain(program === 'npx' ? `npx ${words[0]}` : program);
  });
});

interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] as string,
    text: match[2] as string,
  }));
}

function markdownIn(folder: string, recursive = false): string[] {
  return readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** What a command prints if it fails. */
function errorsOf(command: string, args: string[]): string {
  try {
    execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

function expectScript(words: readonly string[]): void {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const [verb, name] = words;
  if (verb === 'run' || verb === 'test') expect(Object.keys(scripts)).toContain(name ?? verb);
  else expect(['ci', 'install', 'i']).toContain(verb);
}

function expectCommand(command: Command, words: readonly string[]): void {
  const [word, ...rest] = words;
  const inner = command.commands.find((candidate) => candidate.name() === word);
  if (inner) {
    expectCommand(inner, rest);
    return;
  }
  const known = command.options.map(({ long }) => long);
  for (const option of words.filter((text) => text.startsWith('--'))) {
    expect([...known, '--help', '--json', '--pipeline']).toContain(option);
  }
  expect(doesSomething(command)).toBe(true);
}

/** A mere group of commands does nothing by itself. */
function doesSomething(command: Command): boolean {
  return (command as unknown as { _actionHandler: unknown })._actionHandler !== null;
}
