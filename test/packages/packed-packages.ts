import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFile } from '../repository-file';

/** The packages of this repository as `npm pack` makes them of what is built. */
export function packedPackages(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const pack = (...options: string[]) =>
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...options], {
      cwd: repositoryFile(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const packed = [...filenames(pack()), ...filenames(pack('-w', 'local', '-w', 'bin'))];
  return packed.map((name) => join(folder, name)).filter((path) => existsSync(path));
}

/** Since npm 11.16 an object by package, before that a list. */
function filenames(output: string): string[] {
  const report = JSON.parse(output) as Record<string, { filename: string }> | { filename: string }[];
  return Object.values(report).map(({ filename }) => filename);
}

/** An npm project that has only these packages, by their tarballs, and what else is named. */
export function installInto(folder: string, packages: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...options, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
