import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { evaluateCondition, isConditionFunction } from './conditions';
import { isObject, type Template, type TemplateValue } from './template';

/** Stands for a value that only the deployment of a change set brings, as AWS writes it. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** What is known of the resources of a stack while values are worked out. */
export interface ResourceValues {
  /** What `Ref` gives. */
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

export interface EvaluationInput {
  readonly template: Template;
  /** Values by name; lists are arrays. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** `AWS::Region` and the like. */
  readonly pseudoParameters: Readonly<Record<string, unknown>>;
  readonly resources: ResourceValues;
  /** The value of another stack's export; undefined if there is none. */
  exportedValue(name: string): string | undefined;
}

const NO_VALUE = Symbol('AWS::NoValue');

/** Works out the intrinsic functions of a template. */
export class Evaluation {
  /** Names of the exports that were asked for. */
  readonly imports = new Set<string>();
  private readonly conditions = new Map<string, boolean>();

  constructor(private readonly input: EvaluationInput) {}

  /**
   * The value with all functions worked out; undefined for `AWS::NoValue`.
   *
   * @throws AwsError `ValidationError`, worded like AWS's
   */
  resolve(value: TemplateValue): unknown {
    const resolved = this.value(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether a named condition holds. */
  condition(name: string): boolean {
    const known = this.conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.input.template.Conditions[name];
    if (definition === undefined) {
      throw templateError(
        `Unresolved condition ${name}: the Conditions block of the template does not define it`,
      );
    }
    const holds = evaluateCondition(definition, this);
    this.conditions.set(name, holds);
    return holds;
  }

  /** The value with every `Fn::If` replaced by the branch that holds, other functions left as they are. */
  withoutBranches(value: TemplateValue): TemplateValue {
    if (Array.isArray(value)) return value.map((item) => this.withoutBranches(item));
    if (!isObject(value)) return value;
    if (isFunction(value, 'Fn::If')) return this.withoutBranches(this.branch(value['Fn::If']));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.withoutBranches(item)]));
  }

  private value(value: TemplateValue): unknown {
    if (typeof value === 'string') return refuseDynamicReference(value);
    if (Array.isArray(value)) {
      return value.map((item) => this.value(item)).filter((item) => item !== NO_VALUE);
    }
    if (!isObject(value)) return value;
    const keys = Object.keys(value);
    const [name = ''] = keys;
    if (keys.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.call(name, value[name]);
    }
    const entries = Object.entries(value).map(([key, item]) => [key, this.value(item)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
  }

  private call(name: string, argument: TemplateValue): unknown {
    if (isConditionFunction(name)) return evaluateCondition({ [name]: argument }, this);
    switch (name) {
      case 'Ref':
        return this.ref(argument as string);
      case 'Fn::GetAtt':
        return this.attribute(argument);
      case 'Fn::If':
        return this.value(this.branch(argument));
      case 'Fn::Sub':
        return this.substitute(argument);
      case 'Fn::Join':
        return this.join(argument);
      case 'Fn::Split':
        return this.split(argument);
      case 'Fn::Select':
        return this.select(argument);
      case 'Fn::FindInMap':
        return this.findInMap(argument);
      case 'Fn::ImportValue':
        return this.importValue(argument);
      case 'Fn::Base64': {
        const text = String(this.value(argument));
        return isUnknown(text) ? KNOWN_AFTER_APPLY : Buffer.from(text).toString('base64');
      }
      case 'Fn::GetAZs': {
        const region = String(this.value(argument) || this.input.pseudoParameters['AWS::Region']);
        return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
      }
      default:
        throw new NotImplementedError(`the intrinsic function ${name}`);
    }
  }

  private ref(name: string): unknown {
    const { parameters, pseudoParameters, resources } = this.input;
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (name in pseudoParameters) return pseudoParameters[name];
    return parameters[name] ?? resources.ref(name);
  }

  private attribute(argument: TemplateValue): unknown {
    const [logicalId, ...path] =
      typeof argument === 'string' ? argument.split('.') : this.list('Fn::GetAtt', argument);
    return this.input.resources.attribute(String(logicalId), path.join('.'));
  }

  private branch(argument: TemplateValue): TemplateValue {
    const [condition, whenTrue, whenFalse] = this.parts('Fn::If', argument, 3);
    return this.condition(condition as string) ? whenTrue : whenFalse;
  }

  private substitute(argument: TemplateValue): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replace(/\$\{(!?)\s*([^}]*?)\s*\}/g, (_match, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return scalar('Fn::Sub', this.value(variables[name]));
      return scalar('Fn::Sub', name.includes('.') ? this.attribute(name) : this.ref(name));
    });
  }

  private join(argument: TemplateValue): string {
    const [delimiter, items] = this.parts('Fn::Join', argument, 2);
    const list = this.list('Fn::Join', items);
    return list.map((item) => scalar('Fn::Join', item)).join(String(delimiter));
  }

  private split(argument: TemplateValue): unknown {
    const [delimiter, source] = this.parts('Fn::Split', argument, 2);
    const text = scalar('Fn::Split', this.value(source));
    return isUnknown(text) ? KNOWN_AFTER_APPLY : text.split(String(delimiter));
  }

  private select(argument: TemplateValue): unknown {
    const [position, items] = this.parts('Fn::Select', argument, 2);
    const list = this.value(items);
    if (isUnknown(list)) return KNOWN_AFTER_APPLY;
    const index = Number(this.value(position));
    const item = Array.isArray(list) ? list[index] : undefined;
    if (item === undefined)
      throw templateError(`Fn::Select cannot select nonexistent value at index ${index}`);
    return item;
  }

  private findInMap(argument: TemplateValue): unknown {
    const [map, first, second] = this.parts('Fn::FindInMap', argument, 3).map((part) =>
      String(this.value(part)),
    );
    const found = this.input.template.Mappings[map as string]?.[first as string]?.[second as string];
    if (found === undefined) {
      throw templateError(`Unable to get mapping for ${map}::${first}::${second}`);
    }
    return found;
  }

  private importValue(argument: TemplateValue): string {
    const name = String(this.value(argument));
    const value = this.input.exportedValue(name);
    if (value === undefined) throw new AwsError('ValidationError', `No export named ${name} found.`);
    this.imports.add(name);
    return value;
  }

  private parts(name: string, argument: TemplateValue, count: number): unknown[] {
    if (!Array.isArray(argument) || argument.length !== count) {
      throw templateError(`${name} object requires ${count} arguments, got ${JSON.stringify(argument)}`);
    }
    return argument;
  }

  private list(name: string, argument: TemplateValue): unknown[] {
    const list = this.value(argument);
    if (isUnknown(list)) return [KNOWN_AFTER_APPLY];
    if (!Array.isArray(list))
      throw templateError(`every ${name} object requires a list, got ${JSON.stringify(list)}`);
    return list;
  }
}

/** Whether a value waits, wholly or in part, for the deployment. */
export function isUnknown(value: unknown): boolean {
  return typeof value === 'string' && value.includes(KNOWN_AFTER_APPLY);
}

function isFunction(value: Record<string, unknown>, name: string): boolean {
  return name in value && Object.keys(value).length === 1;
}

function scalar(name: string, value: unknown): string {
  if (value === NO_VALUE) return '';
  if (typeof value === 'object') {
    throw templateError(`every value of ${name} must resolve to a string, got ${JSON.stringify(value)}`);
  }
  return String(value);
}

function refuseDynamicReference(text: string): string {
  const reference = /\{\{resolve:[^}]*\}\}/.exec(text)?.[0];
  if (reference) throw new NotImplementedError(`the dynamic reference ${reference}`);
  return text;
}

function templateError(message: string): AwsError {
  return new AwsError('ValidationError', `Template error: ${message}`);
}
