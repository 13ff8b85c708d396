import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

describe('documents and comments', () => {
  const vocabulary = vocabularyOf(readFileSync(join(root, 'docs/styles/House/Vocabulary.yml'), 'utf8'));

  test('use no word that has a better one', () => {
    const documents = ['.', 'docs', 'examples', 'bin', 'local']
      .flatMap((folder) => filesIn(folder, '.md', folder !== '.'))
      // Generated from the doc comments.
      .filter((path) => !path.startsWith('docs/api/'));
    const found = [
      ...documents.flatMap((path) => findingsIn(path, proseOf(read(path)), vocabulary)),
      ...['lib', 'contracts', 'lambda', 'bin', 'local', 'scripts', 'bench', 'examples']
        .flatMap((folder) => filesIn(folder, '.ts', true))
        .flatMap((path) => findingsIn(path, commentsOf(read(path)), vocabulary)),
    ];
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/guides/releases.md']));
    expect(found).toEqual([]);
  });

  test('are found with their place, the word and the better one, but not in code', () => {
    const text =
      'A version of `of now`:\n```sh\nof now\n```\nThe settings of\nnow are current, those Of now are not.';
    expect(findingsIn('a.md', proseOf(text), vocabulary)).toEqual([
      "a.md:5: 'of now' -> current",
      "a.md:6: 'Of now' -> current",
    ]);
    const source =
      "/** As `of now`, of now. */\nconst one = 'of now';\n/**\n * As of\n * now.\n */\n// As of\n// now.\nconst url = 'http://of now';";
    expect(findingsIn('a.ts', commentsOf(source), vocabulary)).toEqual([
      "a.ts:1: 'of now' -> current",
      "a.ts:4: 'of now' -> current",
      "a.ts:7: 'of now' -> current",
    ]);
  });
});

interface Word {
  readonly pattern: RegExp;
  readonly better: string;
}

/** The list `swap` of a substitution in a style of `vale`. */
function vocabularyOf(style: string): Word[] {
  const [, swap = ''] = style.split(/^swap:\n/m);
  return [...swap.matchAll(/^ {2}(.+): (.+)$/gm)].map(([, word = '', better = '']) => ({
    // A line may end between two words.
    pattern: new RegExp(`\\b(?:${word.replaceAll(' ', '\\s+')})\\b`, 'gi'),
    better,
  }));
}

function findingsIn(path: string, text: string, vocabulary: readonly Word[]): string[] {
  return vocabulary.flatMap(({ pattern, better }) =>
    [...text.matchAll(pattern)].map((match) => {
      const line = text.slice(0, match.index).split('\n').length;
      return `${path}:${line}: '${match[0].replace(/\s+/g, ' ')}' -> ${better}`;
    }),
  );
}

/** The text without blocks and spans of code, on the same lines. */
function proseOf(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, lineBreaksOf).replace(/`[^`]*`/g, lineBreaksOf);
}

/** What the comments say, on the same lines. */
function commentsOf(source: string): string {
  let end = 0;
  let text = '';
  for (const match of source.matchAll(/\/\*.*?\*\/|(?<=^|[\s;,{(])\/\/[^\n]*/gs)) {
    const words = match[0].replace(/^[ \t]*(?:\/?\*+\/?|\/\/)|\*\/$/gm, ' ');
    text += `${lineBreaksOf(source.slice(end, match.index))} ${words} `;
    end = match.index + match[0].length;
  }
  return proseOf(text);
}

function lineBreaksOf(text: string): string {
  return text.replace(/[^\n]/g, '');
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function filesIn(folder: string, extension: string, recursive: boolean): string[] {
  return readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => join(folder, path));
}
