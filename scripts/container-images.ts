import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestPythonPackage } from './python-package';

const TARGET = join('lib', 'containers', 'image-data.ts');

/**
 * Which part of which list of `image_uri_config/` holds an image: the name of the file, and the use unless
 * the list has one only. The key is what `lib/containers` calls the image.
 */
const IMAGES: { readonly [name: string]: readonly [list: string, use?: 'training' | 'inference'] } = {
  'scikit-learn-training': ['sklearn', 'training'],
  'scikit-learn-inference': ['sklearn', 'inference'],
  'xgboost-training': ['xgboost', 'training'],
  'xgboost-inference': ['xgboost', 'inference'],
  'pytorch-training': ['pytorch', 'training'],
  'pytorch-inference': ['pytorch', 'inference'],
  'tensorflow-training': ['tensorflow', 'training'],
  'tensorflow-inference': ['tensorflow', 'inference'],
  'huggingface-training': ['huggingface', 'training'],
  'huggingface-inference': ['huggingface', 'inference'],
  'triton-inference': ['sagemaker-tritonserver'],
  'ray-inference': ['ray-serve'],
  'djl-inference': ['djl-lmi'],
};

/** The image from whose newest version the accounts of a registry are read. */
const REGISTRIES = { algorithms: 'scikit-learn-training', deepLearning: 'pytorch-training' } as const;

type Processor = 'cpu' | 'gpu';

/** One use in a list, as `image_uris.py` of the same package reads it. */
interface Use {
  readonly processors?: readonly Processor[];
  readonly versions: { readonly [version: string]: Version };
}

interface Version {
  readonly repository?: string;
  readonly registries: { readonly [region: string]: string };
  readonly processor_in_tag?: boolean;
  readonly processors?: readonly Processor[];
  readonly py_versions?: readonly string[];
  readonly tag_prefix?: string;
  readonly container_version?: { readonly [processor in Processor]?: string };
}

const TRITON = 'sagemaker-tritonserver';

/**
 * Repositories of earlier registries, in accounts of their own, of which no list has a new version; and none,
 * in versions that have an image for each Python.
 */
const FORMER = /^(xgboost|sagemaker-(pytorch|tensorflow|tensorflow-\w+))?$/;

/**
 * Writes which images AWS publishes for training and serving, and where, from the lists of the SageMaker
 * Python SDK. Versions that the lists have for several Pythons, the latest of 2020, are left out: a version
 * names one image.
 *
 * @throws Error if an account of a list is not that of the registry
 */
export function writeContainerImages(root: string): string {
  const { version, read } = newestPythonPackage('sagemaker-core');
  const uses = Object.entries(IMAGES).map(([name, [list, use]]) => {
    const content = JSON.parse(read(`sagemaker/core/image_uri_config/${list}.json`));
    return [name, flat(use ? content[use] : content)] as const;
  });
  const registries = Object.entries(REGISTRIES).map(([name, image]) => {
    const versions = Object.values(uses.find(([each]) => each === image)?.[1].versions ?? {});
    return { name, accounts: versions.at(-1)?.registries ?? {} };
  });
  const source = `sagemaker-core ${version}`;
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(root, TARGET),
    `// Written by scripts/container-images.ts (npm run data) on ${date}: the lists of ${source}.

export const IMAGE_SOURCE = '${source}';

/** Accounts that own AWS's repositories, by registry and region. */
export const REGISTRIES = {
${registries.map(accountsOf).join('\n')}
} as const;

/** One version of an image. */
export interface ImageVersion {
  readonly repository: string;
  readonly registry: keyof typeof REGISTRIES;
  /** Tag of the image for instances without a GPU; absent if AWS publishes none. */
  readonly cpu?: string;
  /** Tag of the image for instances with a GPU; absent if the list names none. */
  readonly gpu?: string;
  /** Regions of the registry that lack the version, separated by spaces. */
  readonly lackedBy?: string;
}

/** What AWS publishes, by image and version, the newest last. */
export const IMAGES = {
${uses.map(([name, use]) => `  '${name}': {\n${versionsOf(use, registries)}\n  },`).join('\n')}
} as const satisfies { readonly [image: string]: { readonly [version: string]: ImageVersion } };
`,
  );
  return `${TARGET} from ${source}`;
}

/** A list by version; of Hugging Face's, which are by base framework, too, those with the newest PyTorch. */
function flat(use: Use & { readonly versions: { readonly [version: string]: object } }): Use {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const versions = Object.entries(use.versions).map(([name, version]): [string, Version] => {
    const bases = Object.keys(version).filter((key) => key.startsWith('pytorch'));
    const base = bases.sort(compare).at(-1);
    if (base === undefined) return [name, version];
    const tag_prefix = `${base.replace('pytorch', '')}-transformers${name}`;
    return [name, { ...(version as { readonly [base: string]: Version })[base], tag_prefix } as Version];
  });
  return { ...use, versions: Object.fromEntries(versions) };
}

interface Registry {
  readonly name: string;
  readonly accounts: { readonly [region: string]: string };
}

function versionsOf(use: Use, registries: readonly Registry[]): string {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return Object.entries(use.versions)
    .filter(([, { repository = '', py_versions = [] }]) => !FORMER.test(repository) && py_versions.length < 2)
    .sort(([a], [b]) => compare(a, b))
    .map(([name, version]) => {
      const registry = registryOf(version, registries);
      const lackedBy = Object.keys(registry.accounts).filter((region) => !version.registries[region]);
      const properties = {
        repository: version.repository,
        registry: registry.name,
        ...tagsOf(name, version, use),
        ...(lackedBy.length > 0 && { lackedBy: lackedBy.join(' ') }),
      };
      const list = Object.entries(properties).map(([property, value]) => `${property}: '${value}'`);
      return `    '${name}': { ${list.join(', ')} },`;
    })
    .join('\n');
}

/** The registry whose accounts the version has in all of its regions. */
function registryOf({ repository, registries: given }: Version, registries: readonly Registry[]): Registry {
  const found = registries.find(({ accounts }) =>
    Object.entries(given).every(([region, account]) => accounts[region] === account),
  );
  if (!found) throw new Error(`${repository} is in accounts of no known registry: ${JSON.stringify(given)}`);
  return found;
}

/**
 * As `_format_tag` of `image_uris.py`; a list without processors has one tag for all instances. Triton's tags
 * for GPUs do not say so.
 */
function tagsOf(name: string, version: Version, use: Use): { [processor in Processor]?: string } {
  const { tag_prefix = name, py_versions: [python] = [], container_version } = version;
  const processors = version.processors ?? use.processors;
  const isNamed = (processor: Processor) =>
    version.processor_in_tag !== false && !(version.repository === TRITON && processor === 'gpu');
  const tag = (processor?: Processor) => {
    const named = processor && isNamed(processor) ? processor : undefined;
    const container = processor && container_version?.[processor];
    return [tag_prefix, named, python, container].filter(Boolean).join('-');
  };
  // https://docs.djl.ai/master/docs/serving/serving/docs/lmi/: Large Model Inference is for accelerators.
  if (!processors) return version.repository === 'djl-inference' ? { gpu: tag() } : { cpu: tag() };
  return Object.fromEntries(processors.map((processor) => [processor, tag(processor)]));
}

function accountsOf({ name, accounts }: Registry): string {
  const lines = Object.entries(accounts).map(([region, account]) => `    '${region}': '${account}',`);
  return `  ${name}: {\n${lines.join('\n')}\n  },`;
}

if (require.main === module) process.stdout.write(`${writeContainerImages(process.cwd())}\n`);
