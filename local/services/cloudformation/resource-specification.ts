import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What AWS's specification says of the resource types of CloudFormation. `scripts/resource-specification.ts`
 * extracts it from `@aws-cdk/aws-service-spec`.
 */
export interface ResourceSpecification {
  readonly source: string;
  readonly types: Readonly<Record<string, CompactType>>;
}

/** A resource type as it is kept: lists are words. */
export interface CompactType {
  /** Names; `!` follows those that are required, `^` those whose change needs a new resource. */
  readonly properties: string;
  /** Names, nested ones with dots; `:<type>` follows those that are no strings. */
  readonly attributes: string;
  /** Properties and attributes of which `Ref` consists. */
  readonly reference: string;
  /** e.g. `arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}` */
  readonly arn?: string;
}

export interface ResourceType {
  readonly properties: readonly string[];
  readonly required: readonly string[];
  readonly createOnly: readonly string[];
  /** The types of attributes by name: `string`, `integer`, `array`, ... */
  readonly attributes: ReadonlyMap<string, string>;
  readonly reference: readonly string[];
  readonly arn: string | undefined;
}

let specification: ResourceSpecification | undefined;

function types(): Readonly<Record<string, CompactType>> {
  const file = join(__dirname, 'resource-specification.json');
  specification ??= JSON.parse(readFileSync(file, 'utf8')) as ResourceSpecification;
  return specification.types;
}

/** The names of all resource types of AWS. */
export function specifiedTypes(): string[] {
  return Object.keys(types());
}

/** Undefined if AWS has no such resource type. */
export function tryFindSpecifiedType(name: string): ResourceType | undefined {
  const compact = Object.hasOwn(types(), name) ? types()[name] : undefined;
  if (!compact) return undefined;
  const properties = words(compact.properties);
  const marked = (mark: string) => properties.filter((word) => word.includes(mark)).map(nameIn);
  return {
    properties: properties.map(nameIn),
    required: marked('!'),
    createOnly: marked('^'),
    attributes: new Map(
      words(compact.attributes).map((word) => {
        const [attribute = '', type = 'string'] = word.split(':');
        return [attribute, type];
      }),
    ),
    reference: words(compact.reference),
    arn: compact.arn,
  };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function nameIn(word: string): string {
  return word.replace(/[!^]/g, '');
}
