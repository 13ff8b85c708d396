/** Markup that may stand as it is. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template takes: lists are joined, what is not there is left out. */
export type MarkupValue = Markup | string | number | false | null | undefined | readonly MarkupValue[];

/** Markup from a template; all values in it are escaped unless they are markup themselves. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(written)));
}

function written(value: MarkupValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(written).join('');
  return escaped(String(value));
}

/** Text between tags and in quoted attributes, in HTML as in XML, where control characters may not stand. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, (character) => (/[\t\n\r]/.test(character) ? character : '\uFFFD'))
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
