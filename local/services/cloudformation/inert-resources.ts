import { AwsError } from '../../gateway/aws-error';
import type { Cloud, ResourceProvider, ResourceState, TemplateProperties } from '../../gateway/service';
import { inertValue } from './inert-values';
import { type ResourceType, specifiedTypes, tryFindSpecifiedType } from './resource-specification';

const CUSTOM = 'Custom::';

/** Marks what has no effect in events and lists. */
export const INERT_REMARK = 'inert: it has an id and attributes, and no effect in this local cloud';

/**
 * Resource types that the local cloud does not implement and accepts nonetheless, because whoever started it
 * said so: a resource of them has an id and the attributes of AWS's specification, and does nothing.
 */
export class InertResources {
  /**
   * @param patterns names of resource types, in which `*` stands for any characters: `AWS::EC2::*`
   * @throws Error for a pattern that no resource type of AWS matches
   */
  constructor(
    private readonly cloud: Pick<Cloud, 'account' | 'region' | 'id'>,
    private readonly patterns: readonly string[],
  ) {
    const isUseless = (pattern: string) =>
      !pattern.startsWith(CUSTOM) && !specifiedTypes().some((type) => matches(pattern, type));
    const useless = patterns.find(isUseless);
    if (useless !== undefined) {
      throw new Error(
        `no resource type of AWS matches '${useless}'; name inert resource types as in 'AWS::EC2::*' or 'AWS::EC2::VPC'`,
      );
    }
  }

  /** Whether resources of a type are accepted. */
  isAccepted(type: string): boolean {
    return this.patterns.some((pattern) => matches(pattern, type));
  }

  /** Undefined for a type that AWS does not have, and for a custom one that is not accepted. */
  tryFind(type: string): ResourceProvider | undefined {
    if (type.startsWith(CUSTOM)) return this.isAccepted(type) ? customResource : undefined;
    const specified = tryFindSpecifiedType(type);
    return specified && this.provider(type, specified);
  }

  private provider(name: string, type: ResourceType): ResourceProvider {
    const stateOf = (physicalId: string, properties: TemplateProperties): ResourceState => ({
      physicalId,
      attributes: this.attributes(name, type, physicalId, properties),
    });
    return {
      properties: type.properties,
      createOnly: type.createOnly,
      create: async (properties, context) => {
        checkRequired(type, properties, context.logicalId);
        const seed = this.cloud.id(SEED_LENGTH, 'hex');
        const parts = type.reference.map(
          (part) => properties[part] ?? inertValue(name, part, 'string', seed),
        );
        return stateOf(parts.length > 0 ? parts.join('|') : context.generateName(), properties);
      },
      update: async (physicalId, properties, _previous, context) => {
        checkRequired(type, properties, context.logicalId);
        return stateOf(physicalId, properties);
      },
      delete: async () => {},
    };
  }

  /** What the resource was given, or is referred to by, stays so; the rest follows from its id. */
  private attributes(
    name: string,
    type: ResourceType,
    physicalId: string,
    properties: TemplateProperties,
  ): Record<string, unknown> {
    const parts = type.reference.length > 1 ? physicalId.split('|') : [physicalId];
    const known: Record<string, unknown> = {
      ...properties,
      ...Object.fromEntries(type.reference.map((part, index) => [part, parts[index]])),
    };
    // A security group's id has two names.
    if (name === 'AWS::EC2::SecurityGroup') known.GroupId = physicalId;
    const attributes: Record<string, unknown> = {};
    for (const [attribute, valueType] of type.attributes) {
      attributes[attribute] = known[attribute] ?? inertValue(name, attribute, valueType, physicalId);
    }
    const arnOf = (attribute: string) => attribute === 'Arn' || attribute === `${name.split('::').pop()}Arn`;
    for (const attribute of [...type.attributes.keys()].filter(arnOf)) {
      if (!(attribute in known))
        attributes[attribute] = this.arn(name, type, physicalId, { ...attributes, ...known });
    }
    return attributes;
  }

  private arn(name: string, type: ResourceType, physicalId: string, values: Record<string, unknown>): string {
    const [, service = '', kind = ''] = name.toLowerCase().split('::');
    const template = type.arn ?? `arn:\${Partition}:${service}:\${Region}:\${Account}:${kind}/\${Id}`;
    const given: Record<string, unknown> = {
      ...values,
      Partition: 'aws',
      Region: this.cloud.region,
      Account: this.cloud.account,
    };
    return template.replace(/\$\{(\w+)\}/g, (_whole, word: string) => String(given[word] ?? physicalId));
  }
}

const SEED_LENGTH = 32;

/** A custom resource whose function is not invoked. */
const customResource: ResourceProvider = {
  properties: [],
  createOnly: [],
  create: async (_properties, context) => ({ physicalId: context.generateName() }),
  update: async (physicalId) => ({ physicalId }),
  delete: async () => {},
};

/** The text is CloudFormation's. */
function checkRequired({ required }: ResourceType, properties: TemplateProperties, logicalId: string): void {
  const missing = required.filter((property) => properties[property] === undefined);
  if (missing.length === 0) return;
  throw new AwsError(
    'ValidationError',
    `Properties validation failed for resource ${logicalId} with message: ${missing.map((property) => `#: required key [${property}] not found`).join('\n')}`,
  );
}

function matches(pattern: string, type: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${expression}$`).test(type);
}
