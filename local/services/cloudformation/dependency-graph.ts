import { AwsError } from '../../gateway/aws-error';
import {
  formatError,
  isObject,
  type ResourceDefinition,
  type Template,
  type TemplateValue,
} from './template';

/**
 * Logical ids that a value refers to, by `Ref`, `Fn::GetAtt` or `Fn::Sub`; parameters included.
 */
export function referencesOf(value: TemplateValue): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

/** What a resource waits for: what its properties refer to, and what it names in `DependsOn`. */
export function dependenciesOf(definition: ResourceDefinition, properties: TemplateValue): string[] {
  return [...new Set([...[definition.DependsOn ?? []].flat(), ...referencesOf(properties)])];
}

/**
 * An order in which everything comes after what it depends on; otherwise the given order.
 *
 * @param dependencies of each id; ids outside are ignored
 * @throws AwsError `ValidationError` for a cycle
 */
export function dependencyOrder(dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'entered' | 'left'>();
  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === 'left') return;
    if (state.get(id) === 'entered') throw circular(path.slice(path.indexOf(id)));
    state.set(id, 'entered');
    for (const dependency of dependencies.get(id) ?? []) {
      if (dependencies.has(dependency)) visit(dependency, [...path, id]);
    }
    state.set(id, 'left');
    order.push(id);
  };
  for (const id of dependencies.keys()) visit(id, []);
  return order;
}

/**
 * Checks that what a template refers to is in it.
 *
 * @throws AwsError `ValidationError`, worded like AWS's
 */
export function checkReferences(template: Template): void {
  const { Resources, Parameters, Outputs, Conditions } = template;
  const isKnown = (name: string) => name in Resources || name in Parameters || name.startsWith('AWS::');
  const named = Object.values(Resources).flatMap((resource) => dependenciesOf(resource, resource.Properties));
  refuseUnresolved(named, isKnown, 'Resources');
  const inOutputs = Object.values(Outputs).flatMap((output) => [...referencesOf(output)]);
  refuseUnresolved(inOutputs, isKnown, 'Outputs');
  for (const { Condition } of [...Object.values(Resources), ...Object.values(Outputs)]) {
    if (Condition !== undefined && !(Condition in Conditions)) {
      throw formatError(
        `Unresolved condition dependency ${Condition} in the Resources block of the template`,
      );
    }
  }
}

function refuseUnresolved(names: readonly string[], isKnown: (name: string) => boolean, block: string): void {
  const unresolved = [...new Set(names.filter((name) => !isKnown(name)))];
  if (unresolved.length > 0) {
    throw formatError(
      `Unresolved resource dependencies [${unresolved.join(', ')}] in the ${block} block of the template`,
    );
  }
}

function collect(value: TemplateValue, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'Ref' && typeof item === 'string') found.add(item);
      else if (key === 'Fn::GetAtt') found.add(targetOf(item));
      else if (key === 'Fn::Sub') collectSubstitution(item, found);
      else collect(item, found);
    }
  }
}

function targetOf(attribute: unknown): string {
  return String(Array.isArray(attribute) ? attribute[0] : String(attribute).split('.')[0]);
}

function collectSubstitution(argument: unknown, found: Set<string>): void {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, object];
  for (const [, name = ''] of String(text).matchAll(/\$\{\s*([^!}][^}]*?)\s*\}/g)) {
    if (!(name in variables)) found.add(name.split('.')[0] as string);
  }
  collect(variables, found);
}

function circular(cycle: readonly string[]): AwsError {
  return new AwsError(
    'ValidationError',
    `Circular dependency between resources: [${[...cycle].sort().join(', ')}]`,
  );
}
