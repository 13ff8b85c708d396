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
  const { command, arguments: asked } = TOOLS[language];
  if (spawnSync(command, asked).status !== 0) {
    throw new Error(
      `the package for ${language} is built with ${command}, which does not run here: install it`,
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

/** `language-package.js python`: builds the package to `dist/python`. */
function main([language]: readonly string[]): void {
  if (!PACKAGE_LANGUAGES.includes(language as PackageLanguage)) {
    throw new Error(`name a language, as in "npm run package -- python": ${PACKAGE_LANGUAGES.join(', ')}`);
  }
  const out = join(process.cwd(), 'dist', language as PackageLanguage);
  buildPackage(process.cwd(), language as PackageLanguage, out);
  process.stdout.write(`${out}\n`);
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
