import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWithJsii } from './jsii-package';

/** A language that jsii has a package for, by the name of jsii-pacmak's target. */
export type PackageLanguage = keyof typeof TOOLS;

/** What builds a package, and how it tells that it is there. */
const TOOLS = {
  python: { command: 'python3', arguments: ['--version'] },
  java: { command: 'mvn', arguments: ['--version'] },
  dotnet: { command: 'dotnet', arguments: ['--version'] },
  go: { command: 'go', arguments: ['version'] },
} as const;

export const PACKAGE_LANGUAGES = Object.keys(TOOLS) as PackageLanguage[];

/**
 * Builds the package of the constructs for another language than TypeScript, with the language's own tool,
 * which gets what it builds with from the language's package registry.
 *
 * @param root folder of the repository, built
 * @param out folder for the package; what is in it is replaced
 * @throws Error if the language's tool is not installed, jsii refuses the constructs, or the build fails
 */
export function buildPackage(root: string, language: PackageLanguage, out: string): void {
  if (!hasTool(language)) {
    throw new Error(
      `the package for ${language} is built with ${TOOLS[language].command}, which does not run here: install it`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    if (compileWithJsii(root, folder) !== 0) throw new Error('jsii refuses the constructs, see above');
    rmSync(join(folder, 'dist', 'tsconfig.tsbuildinfo'), { force: true });
    cpSync(join(root, 'dist', 'assets'), join(folder, 'dist', 'assets'), { recursive: true });
    const pacmak = join(root, 'node_modules', 'jsii-pacmak', 'bin', 'jsii-pacmak');
    const args = [pacmak, '--targets', language, '--outdir', 'packages', folder];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
    const built = join(folder, 'packages', language);
    if (status !== 0 || !existsSync(built))
      throw new Error(`jsii-pacmak built no package for ${language}, see above`);
    rmSync(out, { recursive: true, force: true });
    cpSync(built, out, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasTool(language: PackageLanguage): boolean {
  const { command, arguments: asked } = TOOLS[language];
  return spawnSync(command, asked).status === 0;
}

/**
 * `language-package.js python go`: builds the packages to `dist/python` and `dist/go`. Without an argument it
 * builds those whose tool is installed, and names the others.
 */
function main(named: readonly string[]): void {
  const unknown = named.find((name) => !PACKAGE_LANGUAGES.includes(name as PackageLanguage));
  if (unknown !== undefined) {
    throw new Error(
      `no packages are built for ${unknown}; the languages are ${PACKAGE_LANGUAGES.join(', ')}`,
    );
  }
  const wanted = PACKAGE_LANGUAGES.filter((language) => named.length === 0 || named.includes(language));
  for (const language of wanted) {
    if (named.length === 0 && !hasTool(language)) {
      process.stdout.write(`${language} is left out: ${TOOLS[language].command} is not installed\n`);
      continue;
    }
    const out = join(process.cwd(), 'dist', language);
    buildPackage(process.cwd(), language, out);
    process.stdout.write(`${out}\n`);
  }
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
