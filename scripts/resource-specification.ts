import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompactType } from '../local/services/cloudformation/resource-specification';

/** What is read of a resource type of `@aws-cdk/service-spec-types`. */
interface SpecifiedResource {
  readonly properties: Readonly<
    Record<string, { readonly required?: boolean; readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>
  >;
  readonly attributes: Readonly<Record<string, { readonly type: { readonly type: string } }>>;
  readonly primaryIdentifier?: readonly string[];
  readonly cfnRefIdentifier?: readonly string[];
  readonly arnTemplate?: string;
}

/** A package that only this script needs: it is loaded when the script runs. */
interface SpecificationPackage {
  loadAwsServiceSpecSync(): {
    all(kind: 'resource'): readonly (SpecifiedResource & { readonly cloudFormationType: string })[];
  };
}

/** What the local cloud needs to know of a resource type that it does not implement. */
export function compactType(resource: SpecifiedResource): CompactType {
  const { properties, attributes, primaryIdentifier = [], cfnRefIdentifier = primaryIdentifier } = resource;
  return {
    properties: Object.entries(properties)
      .map(([name, { required, causesReplacement }]) => {
        return `${name}${required ? '!' : ''}${causesReplacement === 'yes' ? '^' : ''}`;
      })
      .join(' '),
    attributes: Object.entries(attributes)
      .map(([name, { type }]) => (type.type === 'string' ? name : `${name}:${type.type}`))
      .join(' '),
    reference: cfnRefIdentifier.join(' '),
    ...(resource.arnTemplate && { arn: resource.arnTemplate }),
  };
}

/**
 * Writes what AWS's specification says of all resource types, one a line, so that a newer version shows what
 * it changes.
 */
if (require.main === module) {
  const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec') as SpecificationPackage;
  const { version } = require('@aws-cdk/aws-service-spec/package.json') as { version: string };
  const source = JSON.stringify(`@aws-cdk/aws-service-spec ${version}`);
  const lines = loadAwsServiceSpecSync()
    .all('resource')
    .map((resource) => [resource.cloudFormationType, compactType(resource)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`);
  const folder = join(__dirname, '..', '..', 'local', 'services', 'cloudformation');
  const target = join(folder, 'resource-specification.json');
  writeFileSync(target, `{"source":${source},\n"types":{\n${lines.join(',\n')}}}\n`);
}
