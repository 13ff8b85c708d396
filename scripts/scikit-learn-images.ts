import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestPythonPackage } from './python-package';

const TARGET = join('lib', 'serving', 'scikit-learn-registries.ts');

interface Uses {
  readonly versions: Record<string, { readonly registries: Record<string, string> }>;
}

/** Writes which scikit-learn images AWS publishes, and where, from the list of the SageMaker Python SDK. */
export function writeScikitLearnImages(root: string): string {
  const { version, read } = newestPythonPackage('sagemaker-core');
  const list = JSON.parse(read('sagemaker/core/image_uri_config/sklearn.json')) as {
    training: Uses;
    inference: Uses;
  };
  // A pipeline trains and serves with one image.
  const versions = Object.keys(list.training.versions).filter((name) => list.inference.versions[name]);
  const newest = versions.sort(new Intl.Collator('en', { numeric: true }).compare).at(-1) as string;
  const registries = list.inference.versions[newest]?.registries ?? {};
  const lines = Object.entries(registries).map(([region, account]) => `  '${region}': '${account}',`);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(root, TARGET),
    `// Written by scripts/scikit-learn-images.ts (npm run data) on ${date}: the list of sagemaker-core ${version}.

/** Versions of AWS's scikit-learn image that train and serve, the newest last. */
export const SCIKIT_LEARN_VERSIONS: readonly string[] = [${versions.map((name) => `'${name}'`).join(', ')}];

/** Accounts that own the repository \`sagemaker-scikit-learn\`, by region. */
export const SCIKIT_LEARN_REGISTRIES: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`,
  );
  return `${TARGET} from sagemaker-core ${version}`;
}

if (require.main === module) process.stdout.write(`${writeScikitLearnImages(process.cwd())}\n`);
