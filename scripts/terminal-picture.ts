import { readFileSync } from 'node:fs';

const COLUMNS = 118;
const LINE_HEIGHT = 19;
const MARGIN = 20;
/** Of the title bar. */
const TOP = 56;
const WIDTH = 960;
const FONT = 'ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace';

/**
 * What changes the style of a text in a terminal ("Select Graphic Rendition"), and how a picture shows it.
 */
const STYLES: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#f85149"',
  '32': 'fill="#3fb950"',
  '33': 'fill="#d29922"',
  '36': 'fill="#39c5cf"',
};

/**
 * A picture of a terminal, as SVG.
 *
 * @param output what a program wrote, with its colours
 * @param title what the picture shows, for people who do not see it
 * @param command the line that started the program
 */
export function terminalPicture(output: string, title: string, command: string): string {
  const lines = [
    `$ ${command}`,
    '',
    ...withOwnStyle(output.trimEnd().split('\n').map(lastState)).flatMap(wrapped),
  ];
  const height = TOP + lines.length * LINE_HEIGHT + MARGIN - 4;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${22 + 20 * index}" cy="20" r="6" fill="${colour}"/>`,
  );
  const texts = lines.map((line, index) =>
    visible(line) === ''
      ? ''
      : `<text x="${MARGIN}" y="${TOP + index * LINE_HEIGHT}" fill="#e6edf3" xml:space="preserve">${styled(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`,
    ` font-family="${FONT}" font-size="13"><title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ...dots,
    ...texts,
    '</svg>\n',
  ].join('');
}

/** What a line shows in the end: a program that shows its progress writes it again and again. */
function lastState(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters control terminals
  const withoutControls = line.replace(/\u001b\[[\d;?]*[A-Zac-ln-z]/g, '');
  return withoutControls.replace(/\r+$/, '').split('\r').at(-1) as string;
}

/** Lines that each begin with the style that the line before ends with. */
function withOwnStyle(lines: readonly string[]): string[] {
  let style = '';
  return lines.map((line) => {
    const whole = style + line;
    const [last = '', code = ''] = [...whole.matchAll(STYLE)].at(-1) ?? [];
    style = styleOf(code) === undefined ? '' : last;
    return whole;
  });
}

/** Lines that fit, broken between words; a line that continues has the indent of the last column. */
function wrapped(line: string): string[] {
  if (visible(line).length <= COLUMNS) return [line];
  const indent = /^.* {2,}(?=\S)/.exec(visible(line).slice(0, COLUMNS - 40))?.[0].length ?? 0;
  const parts: string[] = [];
  let rest = line;
  while (visible(rest).length > COLUMNS) {
    const end = rest.lastIndexOf(' ', COLUMNS + rest.length - visible(rest).length);
    if (end <= indent) break;
    parts.push(rest.slice(0, end));
    rest = ' '.repeat(indent) + rest.slice(end + 1);
  }
  return [...parts, rest];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a style
const STYLE = /\u001b\[([\d;]*)m/g;

function visible(line: string): string {
  return line.replace(STYLE, '');
}

function styleOf(code: string): string | undefined {
  return STYLES[code.split(';').at(-1) ?? ''];
}

function styled(line: string): string {
  let isOpen = false;
  const text = escaped(line).replace(STYLE, (_, code: string) => {
    const end = isOpen ? '</tspan>' : '';
    const style = styleOf(code);
    isOpen = style !== undefined;
    return `${end}${isOpen ? `<tspan ${style}>` : ''}`;
  });
  return isOpen ? `${text}</tspan>` : text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `program | terminal-picture.js title command`: reads what the program writes, and writes the picture. */
if (require.main === module) {
  const [title = '', command = ''] = process.argv.slice(2);
  process.stdout.write(terminalPicture(readFileSync(0, 'utf8'), title, command));
}
