import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { parseTemplateText } from './template-text';

/** A value of a template: literals, and intrinsic functions as objects with one key. */
export type TemplateValue = unknown;

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: string | number | boolean;
  readonly Description?: string;
  readonly NoEcho?: boolean | string;
  readonly AllowedValues?: readonly (string | number | boolean)[];
  readonly AllowedPattern?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  readonly ConstraintDescription?: string;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, TemplateValue>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: TemplateValue;
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: DeletionPolicy;
}

export interface OutputDefinition {
  readonly Value: TemplateValue;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: TemplateValue };
}

export interface RuleDefinition {
  readonly RuleCondition?: TemplateValue;
  readonly Assertions: readonly { readonly Assert: TemplateValue; readonly AssertDescription?: string }[];
}

export interface Template {
  readonly Description?: string;
  readonly Metadata?: TemplateValue;
  readonly Parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly Mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions: Readonly<Record<string, TemplateValue>>;
  readonly Rules: Readonly<Record<string, RuleDefinition>>;
  readonly Resources: Readonly<Record<string, ResourceDefinition>>;
  readonly Outputs: Readonly<Record<string, OutputDefinition>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Transform',
  'Resources',
  'Outputs',
];

const RESOURCE_ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];

const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'];

/**
 * Reads a template and checks its form.
 *
 * @param body JSON or YAML
 * @throws AwsError `ValidationError`, worded like AWS's; `NotImplementedByLocalCloud` for macros and nested
 * stacks
 */
export function parseTemplate(body: string): Template {
  const document = parseTemplateText(body);
  if (!isObject(document)) throw formatError('unsupported structure.');
  const unknown = Object.keys(document).filter((section) => !SECTIONS.includes(section));
  if (unknown.length > 0) {
    throw new AwsError('ValidationError', `Invalid template property or properties [${unknown.join(', ')}]`);
  }
  if (document.Transform !== undefined) {
    throw new NotImplementedError(
      `macros: the Transform ${JSON.stringify(document.Transform)} of the template`,
    );
  }
  const resources = document.Resources;
  if (!isObject(resources) || Object.keys(resources).length === 0) {
    throw formatError('At least one Resources member must be defined.');
  }
  for (const [logicalId, resource] of Object.entries(resources)) checkResource(logicalId, resource);
  return {
    Parameters: {},
    Mappings: {},
    Conditions: {},
    Rules: {},
    Outputs: {},
    ...document,
  } as unknown as Template;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function formatError(message: string): AwsError {
  return new AwsError('ValidationError', `Template format error: ${message}`);
}

function checkResource(logicalId: string, resource: unknown): void {
  if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
    throw formatError(`Resource name ${logicalId} is non alphanumeric.`);
  }
  if (!isObject(resource)) throw formatError('Every Resources object must contain a Type member.');
  const { Type, DeletionPolicy, UpdateReplacePolicy } = resource;
  if (typeof Type !== 'string') {
    throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  }
  if (Type === 'AWS::CloudFormation::Stack') {
    throw new NotImplementedError(`nested stacks: AWS::CloudFormation::Stack (resource ${logicalId})`);
  }
  if ('Fn::Transform' in resource) throw new NotImplementedError(`macros (resource ${logicalId})`);
  const unknown = Object.keys(resource).filter((attribute) => !RESOURCE_ATTRIBUTES.includes(attribute));
  if (unknown.length > 0) {
    throw new NotImplementedError(`${unknown.join(', ')} of ${Type} (resource ${logicalId})`);
  }
  for (const [name, policy] of Object.entries({ DeletionPolicy, UpdateReplacePolicy })) {
    if (policy !== undefined && !DELETION_POLICIES.includes(policy as string)) {
      throw new NotImplementedError(`the ${name} ${JSON.stringify(policy)} (resource ${logicalId})`);
    }
  }
}
