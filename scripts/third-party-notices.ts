import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names and licences of the packages that the given files come from, as most licences ask to be passed on
 * with copies; undefined if there are none.
 *
 * @param paths files, relative to the root
 */
export function thirdPartyNotices(root: string, paths: readonly string[]): string | undefined {
  const packages = new Set(paths.map((path) => PACKAGE_FOLDER.exec(path)?.[0]).filter((found) => !!found));
  if (packages.size === 0) return undefined;
  return [...packages]
    .sort()
    .map((folder) => notice(join(root, folder as string)))
    .join('\n');
}

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? `\n${readFileSync(join(folder, file), 'utf8').trim()}\n` : '';
  return `${name} ${version}, licence ${license}\n${text}`;
}
