import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UNENFORCED } from './unenforced-constraints';

/** The version of AWS's service models, as botocore publishes them, that inputs are checked against. */
export const MODEL_VERSION = '1.44.8';

/**
 * What AWS's own model of a service demands of inputs. The SDK's schemas, which say how requests are written,
 * leave it out. `scripts/service-constraints.ts` extracts it from botocore.
 */
export interface Constraints {
  readonly source: string;
  /** Name of the input's shape by operation; empty if nothing is demanded of it. */
  readonly operations: Readonly<Record<string, string>>;
  /** Shapes that demand something. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

export type Shape = StructureShape | CollectionShape | ScalarShape;

export interface StructureShape {
  readonly type: 'structure';
  readonly required?: readonly string[];
  /** Names of the members' shapes. */
  readonly members?: Readonly<Record<string, string>>;
}

export interface CollectionShape {
  readonly type: 'list' | 'map';
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface ScalarShape {
  /** Bounds of a string or blob are lengths, those of a number are values. */
  readonly type: 'string' | 'blob' | 'number';
  readonly min?: number;
  readonly max?: number;
  /** A regular expression in Java's dialect. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** Reads the constraints of a service of the local cloud that AWS enforces. */
export function readConstraints(service: string): Constraints {
  const file = join(__dirname, 'constraints', `${service}.json`);
  const constraints = JSON.parse(readFileSync(file, 'utf8')) as Constraints;
  const demandsNothing = Object.keys(UNENFORCED[service] ?? {}).map((shape) => [
    shape,
    { type: 'structure' },
  ]);
  return { ...constraints, shapes: { ...constraints.shapes, ...Object.fromEntries(demandsNothing) } };
}
