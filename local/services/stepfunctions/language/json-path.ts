import { isObject, type Json, type JsonObject } from '../definition/definition';

/**
 * One step of a path: a name, an index (negative from the end), all children, a slice, or a name at any
 * depth.
 */
type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from?: number | undefined; readonly to?: number | undefined }
  | { readonly kind: 'deep'; readonly name: string };

/** A JSONPath, from the state's input (`$`), the context object (`$$`) or a variable (`$name`). */
export interface JsonPath {
  readonly root: 'input' | 'context' | { readonly variable: string };
  readonly steps: readonly Step[];
  /** Whether it means one place. */
  readonly isDefinite: boolean;
}

export interface PathSources {
  readonly input: Json;
  readonly context: JsonObject;
  readonly variables: JsonObject;
}

const STEP =
  /^(?:\.\.([\p{L}\p{N}_-]+)|\.([\p{L}\p{N}_-]+)|\.\*|\[\*\]|\[(-?\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d*):(-?\d*)\])/u;

/** @throws Error naming what is no path, or what is not implemented of JSONPath (filters) */
export function parsePath(text: string): JsonPath {
  const root = /^(\$\$|\$([\p{L}_][\p{L}\p{N}_]*)|\$)/u.exec(text);
  if (!root) throw new Error(`a path must begin with $, got ${text}`);
  const steps: Step[] = [];
  let rest = text.slice(root[0].length);
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) {
      const why = rest.startsWith('[?') ? 'the local cloud does not implement filters' : 'it is no path';
      throw new Error(`${text} cannot be read at ${rest}: ${why}`);
    }
    steps.push(step(match));
    rest = rest.slice(match[0].length);
  }
  return {
    root: root[0] === '$$' ? 'context' : root[2] ? { variable: root[2] } : 'input',
    steps,
    isDefinite: steps.every(({ kind }) => kind === 'name' || kind === 'index'),
  };
}

function step([whole, deep, name, index, single, double, from, to]: RegExpExecArray): Step {
  if (deep !== undefined) return { kind: 'deep', name: deep };
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  const quoted = single ?? double;
  if (quoted !== undefined) return { kind: 'name', name: quoted.replace(/\\(.)/g, '$1') };
  if (name !== undefined) return { kind: 'name', name };
  if (whole === '.*' || whole === '[*]') return { kind: 'all' };
  const number = (text: string | undefined) => (text ? Number(text) : undefined);
  return { kind: 'slice', from: number(from), to: number(to) };
}

/**
 * The value at a definite path, or the array of all values that another path finds; undefined if there is
 * none.
 */
export function lookUp(path: JsonPath, sources: PathSources): Json | undefined {
  const { root, steps, isDefinite } = path;
  const start =
    root === 'input'
      ? sources.input
      : root === 'context'
        ? sources.context
        : sources.variables[root.variable];
  let found: Json[] = start === undefined ? [] : [start];
  for (const next of steps) found = found.flatMap((value) => children(value, next));
  return isDefinite ? found[0] : found;
}

function children(value: Json, next: Step): Json[] {
  switch (next.kind) {
    case 'name':
      return isObject(value) && Object.hasOwn(value, next.name) ? [value[next.name] as Json] : [];
    case 'index':
      return Array.isArray(value)
        ? [value.at(next.index)].filter((item): item is Json => item !== undefined)
        : [];
    case 'all':
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(next.from, next.to) : [];
    case 'deep': {
      const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
      return [
        ...children(value, { kind: 'name', name: next.name }),
        ...inner.flatMap((item) => children(item, next)),
      ];
    }
  }
}

/**
 * A copy of `target` with `value` at a reference path; objects on the way are made.
 *
 * @returns undefined if the path leads through something that is no object or array
 */
export function putAt(target: Json, path: JsonPath, value: Json): Json | undefined {
  return put(target, path.steps, value);
}

function put(target: Json | undefined, steps: readonly Step[], value: Json): Json | undefined {
  const [first, ...rest] = steps;
  if (!first) return value;
  if (first.kind === 'name') {
    if (target !== undefined && !isObject(target)) return undefined;
    const inner = put(target?.[first.name], rest, value);
    return inner === undefined ? undefined : { ...target, [first.name]: inner };
  }
  if (first.kind !== 'index' || !Array.isArray(target) || first.index >= target.length) return undefined;
  const inner = put(target[first.index], rest, value);
  return inner === undefined ? undefined : target.with(first.index, inner);
}
