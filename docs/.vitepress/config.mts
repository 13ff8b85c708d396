import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { description, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  description: string;
  homepage: string;
};
const repository = homepage.replace(/#.*$/, '');

const GUIDES = [
  'docs/guides/releases.md',
  'docs/guides/promotion-gate.md',
  'docs/guides/retraining.md',
  'docs/guides/models.md',
  'docs/guides/models-trained-elsewhere.md',
  'docs/guides/existing-endpoints.md',
  'docs/guides/lambda-inference.md',
  'docs/guides/inference.md',
  'docs/guides/monitoring.md',
  'docs/guides/cost.md',
  'docs/guides/events.md',
  'docs/guides/grants-and-metrics.md',
  'docs/guides/parts.md',
  'docs/guides/bring-your-own.md',
  'docs/guides/deploying-to-aws.md',
  'docs/guides/local-cloud.md',
  'docs/guides/languages.md',
];

/**
 * The site of the documents as they are in the repository: README.md is its first page. A link to a page that
 * does not exist fails the build.
 */
export default defineConfig({
  title: 'cdk-model-pipeline',
  description,
  srcDir: '..',
  srcExclude: ['**/cdk.out/**', '.github/**', 'test/**', 'bench/**'],
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    // Braces in types are no attributes.
    attrs: { disable: true },
    config: (markdown) => {
      markdown.core.ruler.push('links-to-sources', ({ tokens, env }) => {
        for (const link of tokens.flatMap(({ children }) => children ?? [])) {
          const target = link.type === 'link_open' ? link.attrGet('href') : null;
          if (target) link.attrSet('href', placeOf(target, env.relativePath as string));
        }
      });
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/docs/guides/releases', activeMatch: '/docs/guides/' },
      { text: 'API', link: '/docs/api/', activeMatch: '/docs/api/' },
      { text: 'Examples', link: '/examples/README', activeMatch: '/examples/' },
      { text: 'Decisions', link: '/docs/decisions/0001-two-speeds', activeMatch: '/docs/decisions/' },
    ],
    sidebar: [
      { text: 'Guides', items: [{ text: 'Introduction', link: '/' }, ...GUIDES.map(item)] },
      { text: 'Local cloud', items: [item('local/README.md')] },
      { text: 'Examples', collapsed: true, items: examples().map(item) },
      { text: 'Design', items: ['docs/architecture.md', ...pagesIn('docs/decisions')].map(item) },
      { text: 'API reference', collapsed: true, items: apiItems() },
      { text: 'Project', items: ['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'].map(item) },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
  },
});

/** Links to what is no page of the site lead to the repository. */
function placeOf(target: string, page: string): string {
  const [path = ''] = target.split('#');
  if (/^([a-z]+:|#|\/)/.test(target) || path.endsWith('.md')) return target;
  return `${repository}/blob/main/${posix.join(posix.dirname(page), path)}`;
}

/** A page by its heading. */
function item(path: string): DefaultTheme.SidebarItem {
  const [, heading = path] = /^# (.+)$/m.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  return { text: heading.replaceAll('`', ''), link: `/${path.replace(/\.md$/, '')}` };
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => posix.join(folder, name));
}

function examples(): string[] {
  const folders = readdirSync(join(root, 'examples')).sort();
  return ['README.md', ...folders.map((folder) => `${folder}/README.md`)]
    .map((path) => `examples/${path}`)
    .filter((path) => existsSync(join(root, path)));
}

/** By the headings and tables of the index. */
function apiItems(): DefaultTheme.SidebarItem[] {
  const index = readFileSync(join(root, 'docs/api/index.md'), 'utf8');
  const sections = index.split(/^## /m).slice(1);
  return [
    { text: 'Index', link: '/docs/api/' },
    ...sections.map((section) => ({
      text: section.split('\n')[0],
      collapsed: true,
      items: [...section.matchAll(/^\| \[(\w+)\]\(([^)]+)\)/gm)].map(([, text, path = '']) => ({
        text,
        link: `/docs/api/${path.replace('.md#', '#')}`,
      })),
    })),
  ];
}
