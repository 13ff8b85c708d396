import { existsSync, readFileSync } from 'node:fs';
import { withAbsoluteLinks } from '../../scripts/absolute-links';
import { repositoryFile } from '../repository-file';

const REPOSITORY = 'https://github.com/example/project';

describe('links of a document on a page elsewhere', () => {
  test.each([
    ['[guide](docs/guide.md#part)', '[guide](https://github.com/example/project/blob/v1/docs/guide.md#part)'],
    ['![picture](docs/a.png)', '![picture](https://github.com/example/project/raw/v1/docs/a.png)'],
    ['[outside](https://example.com)', '[outside](https://example.com)'],
    ['[below](#install)', '[below](#install)'],
  ])('%s becomes %s', (text, expected) => {
    expect(withAbsoluteLinks(text, 'README.md', REPOSITORY, 'v1')).toBe(expected);
  });

  test('are read from the folder of the document', () => {
    expect(withAbsoluteLinks('[up](../docs/a.md)', 'local/README.md', REPOSITORY, 'v1')).toBe(
      '[up](https://github.com/example/project/blob/v1/docs/a.md)',
    );
  });

  test.each(['README.md', 'bin/README.md', 'local/README.md'])(
    'of %s lead to files that exist',
    (document) => {
      const text = readFileSync(repositoryFile(document), 'utf8');
      const absolute = withAbsoluteLinks(text, document, REPOSITORY, 'v1');
      const targets = [...absolute.matchAll(/\(https:\/\/github\.com\/example\/project\/\w+\/v1\/([^)#]+)/g)];
      const missing = targets
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(repositoryFile(path)));
      expect(missing).toEqual([]);
      expect(absolute).not.toMatch(/\]\((?![a-z]+:|#)/);
    },
  );
});
