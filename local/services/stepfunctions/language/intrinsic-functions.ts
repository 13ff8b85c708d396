import { RandomSource } from '../../../gateway/random-source';
import type { Json, JsonObject } from '../definition/definition';
import { isObject } from '../definition/definition';
import { type JsonPath, lookUp, type PathSources, parsePath } from './json-path';
import { type FunctionSources, hash, partition, range } from './jsonata-functions';

/** A call of an intrinsic function (`States.Format('{}', $.x)`), a path, or a literal. */
export type Intrinsic =
  | { readonly call: string; readonly arguments: readonly Intrinsic[] }
  | { readonly path: JsonPath; readonly text: string }
  | { readonly literal: Json };

const TOKEN =
  /\s*(States\.\w+(?=\s*\()|\$[^\s,()]*|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false|null|[(),])/y;

/** @throws Error if the text is neither a path nor a call */
export function parseIntrinsic(text: string): Intrinsic {
  if (text.startsWith('$')) return { path: parsePath(text), text };
  const tokens = tokenize(text);
  const parsed = parseValue(tokens, text);
  if (tokens.length > 0 || !('call' in parsed))
    throw new Error(`${text} is neither a path nor a function call`);
  return parsed;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (!match) throw new Error(`${text} is neither a path nor a function call`);
    tokens.push(match[1] as string);
  }
  return tokens;
}

function parseValue(tokens: string[], text: string): Intrinsic {
  const token = tokens.shift() ?? '';
  if (token.startsWith('$')) return { path: parsePath(token), text: token };
  if (token.startsWith("'")) return { literal: token.slice(1, -1).replace(/\\([\\'{}])/g, '$1') };
  if (!token.startsWith('States.')) {
    if (/^[(),]?$/.test(token)) throw new Error(`${text} is not a complete function call`);
    return { literal: JSON.parse(token) as Json };
  }
  if (!(token in FUNCTIONS)) throw new Error(`there is no function ${token}`);
  const given: Intrinsic[] = [];
  tokens.shift();
  if (tokens[0] === ')') tokens.shift();
  else {
    do given.push(parseValue(tokens, text));
    while (tokens.shift() === ',');
  }
  return { call: token, arguments: given };
}

/** @throws Error for arguments that a function does not take, or a path that finds nothing */
export function evaluateIntrinsic(intrinsic: Intrinsic, sources: PathSources & FunctionSources): Json {
  if ('literal' in intrinsic) return intrinsic.literal;
  if ('path' in intrinsic) {
    const found = lookUp(intrinsic.path, sources);
    if (found === undefined)
      throw new Error(
        `the JSONPath '${intrinsic.text}' could not be found in the input '${JSON.stringify(sources.input)}'`,
      );
    return found;
  }
  const given = intrinsic.arguments.map((argument) => evaluateIntrinsic(argument, sources));
  return (FUNCTIONS[intrinsic.call] as IntrinsicFunction)(given, sources);
}

type IntrinsicFunction = (given: Json[], sources: FunctionSources) => Json;

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': ([template, ...values]) => {
    let index = 0;
    const filled = text(template).replace(/\{\}/g, () => {
      const value = values[index++];
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
    if (index !== values.length)
      throw new Error(`States.Format has ${index} places for ${values.length} values`);
    return filled;
  },
  'States.StringToJson': ([value]) => JSON.parse(text(value)) as Json,
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.Array': (values) => values,
  'States.ArrayPartition': ([items, size]) => partition(array(items), number(size)),
  'States.ArrayContains': ([items, value]) => array(items).some((item) => isEqual(item, value)),
  'States.ArrayRange': ([first, last, step]) => range(number(first), number(last), number(step)),
  'States.ArrayGetItem': ([items, index]) => {
    const item = array(items)[number(index)];
    if (item === undefined) throw new Error(`the array has no item ${index}`);
    return item;
  },
  'States.ArrayLength': ([items]) => array(items).length,
  'States.ArrayUnique': ([items]) =>
    array(items).filter((item, index, all) => all.findIndex((other) => isEqual(item, other)) === index),
  'States.Base64Encode': ([value]) => Buffer.from(text(value)).toString('base64'),
  'States.Base64Decode': ([value]) => Buffer.from(text(value), 'base64').toString(),
  'States.Hash': ([value, algorithm]) =>
    hash(typeof value === 'string' ? value : JSON.stringify(value), text(algorithm)),
  'States.JsonMerge': ([first, second, deep]) => {
    if (deep !== false)
      throw new Error('States.JsonMerge merges shallowly only: its third argument must be false');
    return { ...object(first), ...object(second) };
  },
  'States.MathRandom': ([from, to, seed], sources) => {
    const drawn = seed === undefined ? sources.random() : new RandomSource(number(seed)).next();
    return number(from) + Math.floor(drawn * (number(to) - number(from)));
  },
  'States.MathAdd': ([first, second]) => number(first) + number(second),
  'States.StringSplit': ([value, separators]) => {
    const splitters = new Set(text(separators));
    const parts = [''];
    for (const character of text(value)) {
      if (splitters.has(character)) parts.push('');
      else parts[parts.length - 1] += character;
    }
    return parts.filter((part) => part !== '');
  },
  'States.UUID': (_given, sources) => sources.uuid(),
};

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`expected a string, got ${JSON.stringify(value)}`);
  return value;
}

function number(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Error(`expected a number, got ${JSON.stringify(value)}`);
  return value;
}

function array(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error(`expected an array, got ${JSON.stringify(value)}`);
  return value;
}

function object(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`expected an object, got ${JSON.stringify(value)}`);
  return value;
}

function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
