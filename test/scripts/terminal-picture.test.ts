import { terminalPicture } from '../../scripts/terminal-picture';

const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, text]) => text);

describe('a picture of a terminal', () => {
  test('shows the command, and what it wrote in its colours', () => {
    const svg = terminalPicture(
      '\u001b[32m✔\u001b[39m a < b\n\n\u001b[1mbold\u001b[22m end\n',
      'A title',
      'npm ci && go',
    );
    expect(textsOf(svg)).toEqual([
      '$ npm ci &amp;&amp; go',
      '<tspan fill="#3fb950">✔</tspan> a &lt; b',
      '<tspan font-weight="bold">bold</tspan> end',
    ]);
    expect(svg).toContain('<title>A title</title>');
  });

  test('keeps a style until it ends, over lines', () => {
    expect(textsOf(terminalPicture('\u001b[1mone\ntwo\u001b[0m\nthree', '', 'run')).slice(1)).toEqual([
      '<tspan font-weight="bold">one</tspan>',
      '<tspan font-weight="bold">two</tspan>',
      'three',
    ]);
  });

  test('shows the last state of a line that is written again', () => {
    expect(textsOf(terminalPicture('\r\u001b[K1 s\r\u001b[G2 s\r\ndone', '', 'run')).slice(1)).toEqual([
      '2 s',
      'done',
    ]);
  });

  test('breaks long lines between words, below their last column', () => {
    const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
    const [first, second, ...others] = textsOf(terminalPicture(`1  release  ${words}`, '', 'run')).slice(1);
    expect(first).toMatch(/^1 {2}release {2}word0 .*word\d+$/);
    expect(second).toMatch(/^ {12}word\d+ /);
    expect([first, second, ...others].map((line) => line?.trim()).join(' ')).toBe(`1  release  ${words}`);
    for (const line of [first, second, ...others]) expect(line?.length).toBeLessThanOrEqual(118);
  });
});
