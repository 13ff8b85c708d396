import { posix } from 'node:path';
import { type JsiiEntity, Language, MarkdownRenderer, type Schema } from 'jsii-docgen';

/** What the pages need of a jsii assembly. */
export interface Assembly {
  readonly types: Readonly<Record<string, AssemblyType>>;
}

interface AssemblyType {
  /** The type that it extends. */
  readonly base?: string;
  readonly methods?: readonly Named[];
  readonly properties?: readonly Named[];
  readonly locationInModule?: { readonly filename: string };
}

interface Named {
  readonly name: string;
}

type Reference = NonNullable<Schema['apiReference']>;
type ClassLike = Reference['constructs'][number] | Reference['classes'][number];
type PublicType = ClassLike | Reference['interfaces' | 'structs' | 'enums'][number];

/** A public type, and the page that has it. */
interface Entry {
  readonly type: PublicType;
  /** Below the folder of the reference. */
  readonly page: string;
  /** @param renderer links from the page */
  readonly render: (renderer: MarkdownRenderer) => { render(headerSize: number): string };
}

const NOTICE = '<!-- Generated from the doc comments by `npm run docs`: edit those. -->';

/**
 * The pages of the API reference, by their path below its folder: one for each source file that declares
 * public types, in the same folders, and an index.
 */
export function apiPages({ apiReference, metadata }: Schema, assembly: Assembly): Map<string, string> {
  if (!apiReference) throw new Error('the documentation has no API reference');
  const entries = entriesOf(apiReference, assembly);
  const pageOf = new Map(entries.map(({ type, page }) => [type.id, page]));
  const pages = groupBy(entries, ({ page }) => page);
  const texts = new Map<string, string>();
  for (const [page, declared] of pages) {
    const renderer = new MarkdownRenderer({
      ...metadata,
      language: Language.TYPESCRIPT,
      linkFormatter: (entity) => link(entity, page, pageOf),
    });
    const bodies = declared.map(({ render }) => render(renderer).render(2));
    const title = titleOf(posix.basename(page, '.md'));
    texts.set(page, tidy([`# ${title}`, '', NOTICE, '', ...bodies].join('\n'), page, pageOf));
  }
  texts.set('index.md', tidy(indexOf(entries), 'index.md', pageOf));
  return texts;
}

function entriesOf(reference: Reference, assembly: Assembly): Entry[] {
  const { constructs, classes, interfaces, structs, enums } = reference;
  const own = (type: ClassLike) => withoutForeignMembers(type, assembly);
  const page = ({ id }: PublicType) => pageOfSource(assembly.types[id]?.locationInModule?.filename ?? '');
  const entry = <Type extends PublicType>(
    type: Type,
    render: (renderer: MarkdownRenderer) => ReturnType<Entry['render']>,
  ): Entry => ({ type, page: page(type), render });
  return [
    ...constructs.map((type) =>
      entry(type, (renderer) => renderer.visitConstruct({ ...type, ...own(type) })),
    ),
    ...classes.map((type) => entry(type, (renderer) => renderer.visitClass({ ...type, ...own(type) }))),
    ...interfaces.map((type) => entry(type, (renderer) => renderer.visitInterface(type))),
    ...structs.map((type) => entry(type, (renderer) => renderer.visitStruct(type))),
    ...enums.map((type) => entry(type, (renderer) => renderer.visitEnum(type))),
  ];
}

/** `lib/release/release-strategy.ts` is described in `release/release-strategy.md`. */
function pageOfSource(path: string): string {
  return path.replace(/^lib\//, '').replace(/\.ts$/, '.md');
}

/** Without what every construct or stack has: AWS documents it. */
function withoutForeignMembers(
  type: ClassLike,
  { types }: Assembly,
): Pick<ClassLike, 'instanceMethods' | 'staticMethods' | 'properties' | 'constants'> {
  const own = new Set<string>();
  for (let each = types[type.id]; each; each = types[each.base ?? '']) {
    for (const { name } of [...(each.methods ?? []), ...(each.properties ?? [])]) own.add(name);
  }
  const isOwn = ({ id }: { readonly id: string }) => own.has(id.split('.').at(-1) ?? '');
  return {
    instanceMethods: type.instanceMethods.filter(isOwn),
    staticMethods: type.staticMethods.filter(isOwn),
    properties: type.properties.filter(isOwn),
    constants: type.constants.filter(isOwn),
  };
}

/** Of ours the place in these pages, of others AWS's own reference. */
function link({ id, fqn, displayName }: JsiiEntity, from: string, pageOf: Map<string, string>): string {
  const typeId = id.split('.').slice(0, 2).join('.');
  const page = pageOf.get(typeId);
  if (page !== undefined) return `[${displayName}](${page === from ? '' : to(page, from)}#${anchor(id)})`;
  const isOfCdk = /^(aws-cdk-lib|constructs)\./.test(fqn);
  return isOfCdk ? `[${displayName}](https://docs.aws.amazon.com/cdk/api/v2/docs/${fqn}.html)` : fqn;
}

/** As the renderer makes it. */
function anchor(id: string): string {
  return id.replace(/ /g, '-');
}

function to(page: string, from: string): string {
  return posix.relative(posix.dirname(from), page);
}

/** Names in doc comments become links; without blanks at the ends of lines and several empty lines. */
function tidy(text: string, from: string, pageOf: Map<string, string>): string {
  return `${text
    .replace(/\{@link\s+([\w.]+)\s*\}/g, (_, name: string) => {
      const [id, page] = [...pageOf].find(([each]) => each.endsWith(`.${name}`)) ?? [];
      return page === undefined ? `\`${name}\`` : `[${name}](${page === from ? '' : to(page, from)}#${id})`;
    })
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

function indexOf(entries: readonly Entry[]): string {
  const sections = groupBy(entries, ({ page }) => posix.dirname(page));
  const names = [...sections.keys()].sort();
  const rows = (name: string) =>
    (sections.get(name) ?? [])
      .sort((a, b) => a.type.displayName.localeCompare(b.type.displayName, 'en'))
      .map(({ type, page }) => {
        const summary = (type.docs.summary ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|');
        return `| [${type.displayName}](${page}#${type.id}) | ${summary} |`;
      });
  return [
    '# API reference',
    '',
    NOTICE,
    '',
    'Every public type of `cdk-model-pipeline`, by the folder of its source.',
    ...names.flatMap((name) => [
      '',
      `## ${name === '.' ? 'Pipelines' : titleOf(name)}`,
      '',
      '| type | what it is |',
      '|---|---|',
      ...rows(name),
    ]),
  ].join('\n');
}

/** `release-strategy` is "Release strategy". */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
