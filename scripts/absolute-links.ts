import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * A Markdown document of the repository as it reads anywhere else, such as on a package's page: links and
 * images that are relative lead to the repository.
 *
 * @param text the document
 * @param path its path in the repository
 * @param repository address of the repository on GitHub
 * @param version Git tag or branch that the links name
 */
export function withAbsoluteLinks(text: string, path: string, repository: string, version: string): string {
  return text.replace(
    /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g,
    (whole, mark: string, label: string, target: string) => {
      if (/^([a-z]+:|#)/.test(target)) return whole;
      const file = posix.join(posix.dirname(path), target);
      const kind = mark === '!' ? 'raw' : 'blob';
      return `${mark}[${label}](${repository}/${kind}/${version}/${file})`;
    },
  );
}

/**
 * `absolute-links.js v1.2.3 README.md ...`: rewrites documents in place, in a checkout that is thrown away.
 */
function main([version, ...paths]: readonly string[]): void {
  const { homepage } = JSON.parse(readFileSync('package.json', 'utf8')) as { homepage: string };
  const repository = homepage.replace(/#.*$/, '');
  if (version === undefined || paths.length === 0) {
    throw new Error('name a version and documents, as in "v1.2.3 README.md"');
  }
  for (const path of paths) {
    writeFileSync(path, withAbsoluteLinks(readFileSync(path, 'utf8'), path, repository, version));
  }
}

if (require.main === module) main(process.argv.slice(2));
