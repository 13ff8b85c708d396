import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, ResourceProvider } from '../../gateway/service';
import { dependenciesOf, dependencyOrder } from './dependency-graph';
import type { InertResources } from './inert-resources';
import type { Evaluation } from './intrinsics';
import { formatError, type Template } from './template';

export const METADATA_TYPE = 'AWS::CDK::Metadata';

/** Where the resource types of all services are found. */
export class ResourceTypes {
  constructor(
    private readonly cloud: Cloud,
    private readonly customResource: ResourceProvider,
    private readonly inert: InertResources,
  ) {}

  /** Inert types are found whether they are accepted now or not: their resources can be deleted always. */
  tryFind(type: string): ResourceProvider | undefined {
    return this.isInert(type) ? this.inert.tryFind(type) : this.tryFindImplemented(type);
  }

  /** Whether resources of a type have no effect. */
  isInert(type: string): boolean {
    return isCustom(type) ? this.inert.isAccepted(type) : this.tryFindImplemented(type) === undefined;
  }

  /** @throws AwsError if no service provides the type */
  find(type: string): ResourceProvider {
    const provider = this.tryFind(type);
    if (!provider) throw new NotImplementedError(`the resource type ${type}`);
    return provider;
  }

  /** @throws NotImplementedError naming every resource type and property that nothing here provides */
  check(resources: Iterable<readonly [string, string, Readonly<Record<string, unknown>>]>): void {
    const refused: string[] = [];
    const namespaces = new Set<string>();
    for (const [logicalId, type, properties] of resources) {
      const provider = this.tryFind(type);
      if (!provider || (this.isInert(type) && !this.inert.isAccepted(type))) {
        refused.push(`the resource type ${type} (resource ${logicalId})`);
        if (provider) namespaces.add(type.replace(/::\w+$/, '::*'));
      } else if (type === METADATA_TYPE || isCustom(type)) continue;
      else {
        const unknown = Object.keys(properties).filter((name) => !provider.properties.includes(name));
        refused.push(...unknown.map((name) => `the property ${name} of ${type} (resource ${logicalId})`));
      }
    }
    if (refused.length === 0) return;
    const flags = [...namespaces].map((namespace) => `--inert '${namespace}'`).join(' ');
    const hint = `; to accept resources that have ids and attributes and no effect, start it with ${flags}`;
    throw new NotImplementedError(`${refused.join(', ')}${flags && hint}`);
  }

  private tryFindImplemented(type: string): ResourceProvider | undefined {
    if (type === METADATA_TYPE) return metadataResource;
    if (isCustom(type)) return this.customResource;
    for (const service of this.cloud.services.values()) {
      const provider = service.resources?.[type];
      if (provider) return provider;
    }
    return undefined;
  }
}

export function isCustom(type: string): boolean {
  return type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
}

const metadataResource: ResourceProvider = {
  properties: [],
  createOnly: [],
  create: async (_properties, context) => ({ physicalId: context.generateName() }),
  update: async (physicalId) => ({ physicalId }),
  delete: async () => {},
};

/**
 * The resources of a template whose conditions hold, each with what it depends on, in the order of their
 * deployment.
 *
 * @throws AwsError `ValidationError` for cycles, and for references to resources whose conditions do not hold
 */
export function resourcesInOrder(template: Template, evaluation: Evaluation): Map<string, string[]> {
  const live = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || evaluation.condition(Condition),
  );
  const ids = new Set(live.map(([logicalId]) => logicalId));
  const dependencies = new Map<string, string[]>();
  for (const [logicalId, definition] of live) {
    const properties = evaluation.withoutBranches(definition.Properties ?? {});
    const needed = dependenciesOf({ ...definition, DependsOn: undefined }, properties).filter(
      (name) => name in template.Resources,
    );
    const absent = needed.filter((name) => !ids.has(name));
    if (absent.length > 0) {
      throw formatError(
        `Unresolved resource dependencies [${absent.join(', ')}] in the Resources block of the template`,
      );
    }
    const named = [definition.DependsOn ?? []].flat().filter((name) => ids.has(name));
    dependencies.set(logicalId, [...new Set([...needed, ...named])]);
  }
  return new Map(dependencyOrder(dependencies).map((id) => [id, dependencies.get(id) as string[]]));
}

const NAMED_TYPES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
};

/** The capability that a template asks for; undefined if none. */
export function requiredCapability(
  template: Template,
): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | undefined {
  const iam = Object.values(template.Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (iam.length === 0) return undefined;
  const isNamed = iam.some(({ Type, Properties }) => (NAMED_TYPES[Type] ?? '') in (Properties ?? {}));
  return isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
}

/** @throws AwsError `InsufficientCapabilitiesException` */
export function checkCapabilities(template: Template, given: readonly string[]): void {
  const required = requiredCapability(template);
  const isGiven =
    !required ||
    given.includes('CAPABILITY_NAMED_IAM') ||
    (required === 'CAPABILITY_IAM' && given.includes('CAPABILITY_IAM'));
  if (!isGiven) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${required}]`);
  }
}
