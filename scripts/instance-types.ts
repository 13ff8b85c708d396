import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestPythonPackage } from './python-package';

/** Enums of SageMaker's service model, by the constant that holds their values in `lib/`. */
const ENUMS = {
  TRAINING: ['TrainingInstanceType', 'CreateTrainingJob'],
  TRANSFORM: ['TransformInstanceType', 'CreateTransformJob'],
  HOSTING: ['ProductionVariantInstanceType', 'CreateEndpointConfig'],
} as const;

const TARGET = join('lib', 'runtime', 'instance-type-data.ts');

/**
 * Writes the instance types that SageMaker takes for each use, from its service model as botocore publishes
 * it.
 */
export function writeInstanceTypes(root: string): string {
  const { version, read } = newestPythonPackage('botocore');
  const model = JSON.parse(read('botocore/data/sagemaker/2017-07-24/service-2.json.gz')) as {
    shapes: Record<string, { enum: string[] }>;
  };
  const constants = Object.entries(ENUMS).map(([use, [shape, operation]]) => {
    const families = Object.entries(sizesByFamily(model.shapes[shape]?.enum ?? []));
    const lines = families.map(([family, sizes]) => `  '${family}': '${sizes.join(' ')}',`);
    return `/** ${shape}: sizes by family, as ${operation} takes them. */
export const ${use}_INSTANCES: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`;
  });
  const header = `// Written by scripts/instance-types.ts (npm run data): AWS's service model of SageMaker, in botocore ${version}.\n`;
  writeFileSync(
    join(root, TARGET),
    [header, `export const INSTANCE_TYPE_SOURCE = 'botocore ${version}';\n`, ...constants].join('\n'),
  );
  return `${TARGET} from botocore ${version}`;
}

/** `ml.m5.large` is of the family `ml.m5`. */
function sizesByFamily(types: readonly string[]): Record<string, string[]> {
  const families: Record<string, string[]> = {};
  for (const type of [...types].sort(new Intl.Collator('en', { numeric: true }).compare)) {
    const [, family, size] = /^(ml\..+)\.([^.]+)$/.exec(type) ?? [];
    if (!family || !size) throw new Error(`${type} is not of the form ml.<family>.<size>`);
    families[family] = [...(families[family] ?? []), size];
  }
  return families;
}

if (require.main === module) process.stdout.write(`${writeInstanceTypes(process.cwd())}\n`);
