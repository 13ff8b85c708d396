import { type Path, path } from './path';
import type { Given } from './states';

declare const isAssignment: unique symbol;

/** Values that a state gives to variables of its workflow. */
export interface Assignment {
  readonly [isAssignment]: true;
  readonly [name: string]: unknown;
}

/** The paths of a workflow's variables, by their names. */
export type Variables<T> = { readonly [Name in keyof T]-?: Path<T[Name]> };

/** The variables of a workflow that has them as `T` declares: the compiler refuses any other name. */
export function variables<T>(): Variables<T> {
  return new Proxy({}, { get: (_, name) => path(`$${String(name)}`) }) as Variables<T>;
}

/** What states assign to variables of a workflow that has them as `T` declares. */
export type Assigns<T> = (values: { readonly [Name in keyof T]?: Given<T[Name]> }) => Assignment;

/** Makes assignments to a workflow's variables: the compiler refuses any other name or type. */
export function assigns<T>(): Assigns<T> {
  return (values) => values as unknown as Assignment;
}
