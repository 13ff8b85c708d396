import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');

describe('links in documents', () => {
  const documents = ['.', 'docs', 'examples', 'bin', 'local'].flatMap((folder) => documentsIn(folder));

  test('lead to a file, and to a heading or an anchor in it', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/api/index.md']));
    expect(documents.flatMap(brokenLinksIn)).toEqual([]);
  });
});

function brokenLinksIn(document: string): string[] {
  const links = [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target]) => target ?? '',
  );
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : relative(root, join(root, dirname(document), path));
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsIn(file).has(anchor);
    })
    .map((target) => `${document}: ${target}`);
}

const known = new Map<string, Set<string>>();

/** What GitHub makes of headings, and the anchors that the document has by itself. */
function anchorsIn(file: string): Set<string> {
  const anchors = known.get(file) ?? new Set<string>();
  if (known.has(file)) return anchors;
  known.set(file, anchors);
  const text = withoutCode(read(file));
  for (const [, id] of text.matchAll(/ id="([^"]+)"/g)) anchors.add(id as string);
  for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
    const slug = (heading as string)
      .replace(/<[^>]*>/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutCode(markdown: string): string {
  return markdown
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function documentsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|dist|cdk\.out)\//.test(path))
    .map((path) => join(folder, path));
}
