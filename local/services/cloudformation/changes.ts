import { isDeepStrictEqual } from 'node:util';
import type {
  RequiresRecreation,
  ResourceAttribute,
  ResourceChange,
  ResourceChangeDetail,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import { isUnknown, KNOWN_AFTER_APPLY, type ResourceValues } from './intrinsics';
import type { Plan } from './plan';
import { isCustom, type ResourceTypes } from './resource-types';
import { isDeployed, type Stack, type StackResource } from './stack';
import type { ResourceDefinition } from './template';

type Properties = Readonly<Record<string, unknown>>;

/** Names of the properties that differ. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** The parts of a resource that are no properties but kept with it. */
export function attributesOf(definition: ResourceDefinition) {
  return {
    metadata: definition.Metadata,
    deletionPolicy: definition.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  } as const;
}

/**
 * Finds what a plan changes in a stack. While it goes through the plan it knows which resources will be new,
 * so that what refers to them counts as changed.
 */
export class ChangeFinder implements ResourceValues {
  private readonly changed = new Map<string, ResourceChange>();

  constructor(
    private readonly stack: Pick<Stack, 'resources'>,
    private readonly types: ResourceTypes,
  ) {}

  ref(logicalId: string): unknown {
    return this.isNew(logicalId) ? KNOWN_AFTER_APPLY : this.stack.resources.get(logicalId)?.physicalId;
  }

  attribute(logicalId: string, name: string): unknown {
    const resource = this.stack.resources.get(logicalId);
    const isModified = this.changed.has(logicalId) && isCustom(resource?.type ?? '');
    if (this.isNew(logicalId) || isModified) return KNOWN_AFTER_APPLY;
    return resource?.attributes[name] ?? KNOWN_AFTER_APPLY;
  }

  /**
   * @param plan made with this object as its resource values
   * @throws AwsError naming every resource type and property that is not provided
   */
  find(plan: Plan): ResourceChange[] {
    const resolved: [string, string, Properties][] = [];
    for (const logicalId of plan.order.keys()) {
      const definition = plan.template.Resources[logicalId] as ResourceDefinition;
      const properties = plan.evaluation.resolve(definition.Properties ?? {}) as Properties;
      resolved.push([logicalId, definition.Type, properties]);
      const change = this.changeOf(logicalId, definition, properties);
      if (change) this.changed.set(logicalId, change);
    }
    this.types.check(resolved);
    const removed = [...this.stack.resources.values()].filter(
      (resource) => !plan.order.has(resource.logicalId) && isDeployed(resource),
    );
    return [...this.changed.values(), ...removed.map(removal)];
  }

  /** Not created yet, or recreated. */
  private isNew(logicalId: string): boolean {
    const { Action, Replacement = 'False' } = this.changed.get(logicalId) ?? {};
    return Action === 'Add' || Replacement !== 'False' || !this.stack.resources.has(logicalId);
  }

  private changeOf(
    logicalId: string,
    definition: ResourceDefinition,
    properties: Properties,
  ): ResourceChange | undefined {
    const existing = this.stack.resources.get(logicalId);
    if (!existing || !isDeployed(existing)) return addition(logicalId, definition, properties);
    if (existing.type !== definition.Type) {
      throw new AwsError(
        'ValidationError',
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
      );
    }
    const createOnly = this.types.tryFind(definition.Type)?.createOnly ?? [];
    const details = [
      ...changedProperties(existing.properties, properties).map((name) =>
        propertyDetail(name, existing.properties[name], properties[name], createOnly.includes(name)),
      ),
      ...attributeDetails(existing, definition),
    ];
    if (details.length === 0) return undefined;
    const recreations = details.map(({ Target }) => Target?.RequiresRecreation);
    const Replacement = recreations.includes('Always')
      ? 'True'
      : recreations.includes('Conditionally')
        ? 'Conditional'
        : 'False';
    return {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      PhysicalResourceId: existing.physicalId,
      ResourceType: definition.Type,
      Replacement,
      ...(Replacement === 'True' && {
        PolicyAction: definition.UpdateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete',
      }),
      Scope: [...new Set(details.map(({ Target }) => Target?.Attribute as ResourceAttribute))],
      Details: details,
      BeforeContext: context(existing.properties, existing.metadata),
      AfterContext: context(properties, definition.Metadata),
    };
  }
}

function addition(logicalId: string, definition: ResourceDefinition, properties: Properties): ResourceChange {
  return {
    Action: 'Add',
    LogicalResourceId: logicalId,
    ResourceType: definition.Type,
    Scope: [],
    Details: [],
    AfterContext: context(properties, definition.Metadata),
  };
}

function removal(resource: StackResource): ResourceChange {
  return {
    Action: 'Remove',
    PolicyAction: resource.deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    Scope: [],
    Details: [],
    BeforeContext: context(resource.properties, resource.metadata),
  };
}

function propertyDetail(
  Name: string,
  before: unknown,
  after: unknown,
  isCreateOnly: boolean,
): ResourceChangeDetail {
  const isDynamic = isUnknown(JSON.stringify(after) ?? '');
  const RequiresRecreation: RequiresRecreation = !isCreateOnly
    ? 'Never'
    : isDynamic
      ? 'Conditionally'
      : 'Always';
  return {
    Target: {
      Attribute: 'Properties',
      Name,
      Path: `/Properties/${Name}`,
      RequiresRecreation,
      AttributeChangeType: before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
      BeforeValue: valueText(before),
      AfterValue: valueText(after),
    },
    Evaluation: isDynamic ? 'Dynamic' : 'Static',
    ChangeSource: isDynamic ? 'ResourceReference' : 'DirectModification',
  };
}

function attributeDetails(existing: StackResource, definition: ResourceDefinition): ResourceChangeDetail[] {
  const after = attributesOf(definition);
  const changed: [boolean, ResourceAttribute][] = [
    [!isDeepStrictEqual(existing.metadata, after.metadata), 'Metadata'],
    [existing.deletionPolicy !== after.deletionPolicy, 'DeletionPolicy'],
    [existing.updateReplacePolicy !== after.updateReplacePolicy, 'UpdateReplacePolicy'],
  ];
  return changed
    .filter(([isChanged]) => isChanged)
    .map(([, Attribute]) => ({
      Target: { Attribute, RequiresRecreation: 'Never' },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    }));
}

function valueText(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function context(Properties: Properties, Metadata: unknown): string {
  return JSON.stringify({ Properties, ...(Metadata !== undefined && { Metadata }) });
}
