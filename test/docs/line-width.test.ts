import { wrapComments, wrapMarkdown, wrappedFiles } from '../../scripts/wrap-prose';
import { repositoryFile } from '../repository-file';

test('no line of prose, in Markdown or in a comment, exceeds 110 columns, or "npm run wrap" wraps it', () => {
  const files = wrappedFiles(repositoryFile());
  expect(files.length).toBeGreaterThan(1000);
  expect(files.filter(({ text, wrapped }) => text !== wrapped).map(({ path }) => path)).toEqual([]);
});

describe('a line of Markdown that is too long', () => {
  test.each([
    ['a paragraph', 'one two three\nfour five', 'one two\nthree four\nfive'],
    ['an item of a list', '- one two three\n- four', '- one two\n  three\n- four'],
    ['code in a sentence', 'one `two three` four', 'one\n`two three`\nfour'],
    [
      'the address of a link',
      'see [it](https://aws.amazon.com) now',
      'see\n[it](https://aws.amazon.com)\nnow',
    ],
    ['a number that begins no list', 'counts to 2. and on', 'counts to 2.\nand on'],
  ])('is broken at spaces: %s', (_, text, wrapped) => {
    expect(wrapMarkdown(text, 12)).toBe(wrapped);
  });

  test.each([
    ['a table', '| one | two | three |\n|---|---|---|'],
    ['a code block', '```sh\nnpm run this --and that\n```'],
    ['a heading', '## One two three four'],
    ['two spaces at its end, which break the line', 'one two three four  '],
    ['no space', 'https://docs.aws.amazon.com/'],
  ])('stays if it has or is %s', (_, text) => {
    expect(wrapMarkdown(text, 12)).toBe(text);
  });
});

test.each([
  ['one line', '  /** one two three four */', '  /**\n   * one two\n   * three four\n   */'],
  ['a tag', '/**\n * One.\n * @default - one two\n */', '/**\n * One.\n * @default -\n * one two\n */'],
  ['two lines', '// one two three four\n// five', '// one two three\n// four five'],
  ['a rule of a linter', '// biome-ignore lint/a/b: because', '// biome-ignore lint/a/b: because'],
])('a comment that is too long is wrapped: %s', (_, text, wrapped) => {
  expect(wrapComments(text, 16)).toBe(wrapped);
});
