import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The width of `biome.json`, whose formatter wraps neither Markdown nor comments. */
const WIDTH = 110;
/** What is generated. */
const EXCLUDED = /^docs\/api\/|^examples\/http-api\/client\/churn-api\.d\.ts$/;
/**
 * Text that is not broken: code, the address of a link, a tag of a comment. Anything else is broken at
 * spaces.
 */
const ATOM = /`[^`]*`|\]\([^)]*\)|\{@[^}]*\}/g;
/** What a line of Markdown must not begin with by chance. */
const MARKER = /^(?:[-+*]|#+|=+|\d+[.)])$|^[>|]/;

/** Tracked files whose prose is wrapped, and how each is to read. @param root folder of the repository */
export function wrappedFiles(root: string): { path: string; text: string; wrapped: string }[] {
  const tracked = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.mts'], { cwd: root, encoding: 'utf8' });
  const paths = tracked.split('\n').filter((path) => path !== '' && !EXCLUDED.test(path));
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, wrapped: path.endsWith('.md') ? wrapMarkdown(text) : wrapComments(text) };
  });
}

/** Wraps paragraphs and list items that have a line which is too long. Tables, code and HTML stay. */
export function wrapMarkdown(text: string, width = WIDTH): string {
  const lines = text.split('\n');
  const result: string[] = [];
  let paragraph: string[] = [];
  let fence: string | undefined;
  const end = () => {
    result.push(...wrapParagraph(paragraph, width));
    paragraph = [];
  };
  for (const line of lines) {
    const [, opening] = /^\s*(```|~~~|---$)/.exec(line) ?? [];
    if (fence === undefined && /^\s*([-*]|\d+[.)]) /.test(line)) end();
    if (opening !== undefined || fence !== undefined || !isProse(line, paragraph)) {
      end();
      result.push(line);
      if (opening !== undefined && opening !== '---') {
        fence = fence === undefined ? opening : fence === opening ? undefined : fence;
      }
    } else {
      paragraph.push(line);
    }
  }
  end();
  return result.join('\n');
}

/** Wraps comments of TypeScript that have a line which is too long. */
export function wrapComments(text: string, width = WIDTH): string {
  const wrapGroup = (group: string, prefix: string) => {
    const lines = group.split('\n').map((line) => line.slice(prefix.length));
    const body = wrapMarkdown(
      lines.map((line) => line.replace(/^ /, '')).join('\n'),
      width - prefix.length - 1,
    );
    return body
      .split('\n')
      .map((line) => `${prefix} ${line}`.trimEnd())
      .join('\n');
  };
  return text
    .replace(/^( *)\/\*\* (.+) \*\/$/gm, (whole, indent: string, only: string) =>
      whole.length > width ? `${indent}/**\n${indent} * ${only}\n${indent} */` : whole,
    )
    .replace(/^( *)\/\*\*\n((?:\1 \*(?!\/).*\n)+)\1 \*\//gm, (_, indent: string, group: string) => {
      return `${indent}/**\n${wrapGroup(group.trimEnd(), `${indent} *`)}\n${indent} */`;
    })
    .replace(/^( *)\/\/ .*(?:\n\1\/\/ .*)*/gm, (group, indent: string) => {
      return /biome-ignore|@ts-/.test(group) ? group : wrapGroup(group, `${indent}//`);
    });
}

function isProse(line: string, paragraph: readonly string[]): boolean {
  if (line.trim() === '' || / {2}$/.test(line)) return false;
  if (/^\s*(\||#|<|>|!\[|\[[^\]]+\]:|@see |@example)/.test(line)) return false;
  // Code that is indented.
  return !(paragraph.length === 0 && /^ {4}/.test(line));
}

/** @param lines of one paragraph, list item, or tag of a comment with its text */
function wrapParagraph(lines: readonly string[], width: number): string[] {
  const [first = '', second] = lines;
  const next = lines.findIndex((line, index) => index > 0 && line.startsWith('@'));
  if (next > 0)
    return [...wrapParagraph(lines.slice(0, next), width), ...wrapParagraph(lines.slice(next), width)];
  if (lines.every((line) => line.length <= width)) return [...lines];
  const [start = ''] = /^\s*(?:(?:[-*]|\d+[.)]) )?/.exec(first) ?? [];
  const [indent = ''] = second === undefined ? [' '.repeat(start.length)] : (/^\s*/.exec(second) ?? []);
  const words = atomsOf([first.slice(start.length), ...lines.slice(1)].map((line) => line.trim()).join(' '));
  const wrapped: string[] = [];
  let line = start;
  let isEmpty = true;
  for (const word of words) {
    if (!isEmpty && line.length + 1 + word.length > width && !MARKER.test(word)) {
      wrapped.push(line);
      [line, isEmpty] = [indent, true];
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...wrapped, line];
}

/** Words, with spaces only in what is not broken. */
function atomsOf(text: string): string[] {
  const kept = text.replace(ATOM, (atom) => atom.replaceAll(' ', '\u0000'));
  return kept.split(/ +/).map((word) => word.replaceAll('\u0000', ' '));
}

if (require.main === module) {
  for (const { path, text, wrapped } of wrappedFiles(process.cwd())) {
    if (text !== wrapped) writeFileSync(path, wrapped);
  }
}
