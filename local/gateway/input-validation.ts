import {
  type CollectionShape,
  type Constraints,
  readConstraints,
  type ScalarShape,
  type Shape,
  type StructureShape,
} from './constraints';
import { javaPattern } from './java-pattern';

/** A member of an input that does not satisfy the service's model. */
export interface Violation {
  readonly path: readonly PathPart[];
  readonly value: unknown;
  readonly kind: 'required' | 'length' | 'range' | 'pattern' | 'enum' | 'elements' | 'keys' | 'values';
  /** As AWS words it, e.g. `Member must not be null`. */
  readonly constraint: string;
  /** Of a list or map, the first element, key or value that does not satisfy it. */
  readonly culprit?: unknown;
}

/**
 * The name of a member as it is in the model, or an entry of a list (its position from 1) or map (its key).
 */
export type PathPart = string | { readonly entry: string | number };

type Path = { readonly part: PathPart; readonly within: Path } | undefined;
type Check = (value: unknown, path: Path, violations: Violation[]) => void;

const NOTHING: readonly Violation[] = [];

const VALIDATIONS = new Map<string, InputValidation>();

/**
 * Checks inputs of one service's operations; each operation's checks are compiled when it is first called.
 */
export class InputValidation {
  private readonly checks = new Map<string, Check>();

  /** The checks of a service of the local cloud, whose constraints are read once in a process. */
  static of(service: string): InputValidation {
    const validation = VALIDATIONS.get(service) ?? new InputValidation(readConstraints(service));
    VALIDATIONS.set(service, validation);
    return validation;
  }

  constructor(private readonly constraints: Constraints) {}

  /** What the model demands of the input and does not find. */
  violations(operation: string, input: object): readonly Violation[] {
    const shape = this.constraints.operations[operation];
    if (shape === undefined) {
      throw new Error(
        `${this.constraints.source} has no constraints of ${operation}: extract them with "npm run constraints"`,
      );
    }
    if (shape === '') return NOTHING;
    const violations: Violation[] = [];
    this.check(shape)(input, undefined, violations);
    return violations;
  }

  private check(name: string): Check {
    let check = this.checks.get(name);
    if (!check) {
      // A shape may contain itself.
      this.checks.set(name, (...args) => this.check(name)(...args));
      check = this.compile(this.constraints.shapes[name] as Shape);
      this.checks.set(name, check);
    }
    return check;
  }

  private compile(shape: Shape): Check {
    switch (shape.type) {
      case 'structure':
        return this.structure(shape);
      case 'list':
        return this.list(shape);
      case 'map':
        return this.map(shape);
      default:
        return scalar(shape);
    }
  }

  private structure({ required = [], members = {} }: StructureShape): Check {
    const checks = Object.entries(members).map(([name, shape]) => [name, this.check(shape)] as const);
    return (value, path, violations) => {
      const given = value as Record<string, unknown>;
      for (const name of required) {
        if (isAbsent(given[name])) {
          const constraint = 'Member must not be null';
          violations.push({
            path: partsOf({ part: name, within: path }),
            value: null,
            kind: 'required',
            constraint,
          });
        }
      }
      for (const [name, check] of checks) {
        const member = given[name];
        if (!isAbsent(member)) check(member, { part: name, within: path }, violations);
      }
    };
  }

  private list({ value: element, ...bounds }: CollectionShape): Check {
    const length = lengthDemands(bounds);
    const demands = element && this.demandsOf(element);
    const check = element && this.check(element);
    return (value, path, violations) => {
      if (!Array.isArray(value)) return;
      report(length, value.length, value, path, violations);
      if (demands) {
        reportAll('elements', 'Member', demands, value, { value, path, violations });
      } else if (check) {
        value.forEach((item, index) => {
          if (!isAbsent(item)) check(item, { part: { entry: index + 1 }, within: path }, violations);
        });
      }
    };
  }

  private map({ key, value: item, ...bounds }: CollectionShape): Check {
    const size = lengthDemands(bounds);
    const keyDemands = key ? this.demandsOf(key) : undefined;
    const valueDemands = item ? this.demandsOf(item) : undefined;
    const check = item && this.check(item);
    return (value, path, violations) => {
      const entries = Object.entries(value as object);
      report(size, entries.length, value, path, violations);
      const found = { value, path, violations };
      if (keyDemands) {
        reportAll(
          'keys',
          'Map keys',
          keyDemands,
          entries.map(([name]) => name),
          found,
        );
      }
      if (valueDemands) {
        reportAll(
          'values',
          'Map value',
          valueDemands,
          entries.map(([, one]) => one),
          found,
        );
      } else if (check) {
        for (const [name, one] of entries) {
          if (!isAbsent(one)) check(one, { part: { entry: name }, within: path }, violations);
        }
      }
    };
  }

  /** Of a scalar. */
  private demandsOf(name: string): readonly Demand[] | undefined {
    const shape = this.constraints.shapes[name] as Shape;
    return shape.type === 'string' || shape.type === 'number' || shape.type === 'blob'
      ? scalarDemands(shape)
      : undefined;
  }
}

interface Demand {
  readonly kind: Violation['kind'];
  readonly constraint: string;
  holds(value: unknown): boolean;
}

function scalar(shape: ScalarShape): Check {
  const demands = scalarDemands(shape);
  return (value, path, violations) => report(demands, value, value, path, violations);
}

function scalarDemands({ type, min, max, pattern, enum: allowed }: ScalarShape): Demand[] {
  const demands: Demand[] = [];
  if (allowed) {
    const values = new Set<unknown>(allowed);
    demands.push({
      kind: 'enum',
      constraint: `Member must satisfy enum value set: [${allowed.join(', ')}]`,
      holds: (value) => values.has(value),
    });
  }
  if (pattern) {
    const expression = javaPattern(pattern);
    demands.push({
      kind: 'pattern',
      constraint: `Member must satisfy regular expression pattern: ${pattern}`,
      holds: (value) => expression.test(value as string),
    });
  }
  if (type === 'number') return [...demands, ...bounds('range', 'have value', { min, max }, Number)];
  return [...demands, ...lengthDemands({ min, max }, (value) => (value as string | Uint8Array).length)];
}

function lengthDemands(limits: Limits, size: (value: unknown) => number = Number): Demand[] {
  return bounds('length', 'have length', limits, size);
}

interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function bounds(
  kind: Violation['kind'],
  measure: string,
  { min, max }: Limits,
  size: (value: unknown) => number,
): Demand[] {
  const demands: Demand[] = [];
  if (max !== undefined) {
    const constraint = `Member must ${measure} less than or equal to ${max}`;
    demands.push({ kind, constraint, holds: (value) => size(value) <= max });
  }
  if (min !== undefined) {
    const constraint = `Member must ${measure} greater than or equal to ${min}`;
    demands.push({ kind, constraint, holds: (value) => size(value) >= min });
  }
  return demands;
}

function report(
  demands: readonly Demand[],
  measured: unknown,
  value: unknown,
  path: Path,
  violations: Violation[],
): void {
  for (const { kind, constraint, holds } of demands) {
    if (!holds(measured)) violations.push({ path: partsOf(path), value, kind, constraint });
  }
}

/** AWS reports all that it demands of elements as one, at their list or map. */
function reportAll(
  kind: 'elements' | 'keys' | 'values',
  what: string,
  demands: readonly Demand[],
  items: readonly unknown[],
  { value, path, violations }: { value: unknown; path: Path; violations: Violation[] },
): void {
  const index = items.findIndex((item) => demands.some(({ holds }) => !holds(item)));
  if (index < 0) return;
  const all = [...demands.map(({ constraint }) => constraint), 'Member must not be null'].join(', ');
  const constraint = `${what} must satisfy constraint: [${all}]`;
  violations.push({ path: partsOf(path), value, kind, constraint, culprit: items[index] });
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function partsOf(path: Path): PathPart[] {
  const result: PathPart[] = [];
  for (let step = path; step; step = step.within) result.unshift(step.part);
  return result;
}
