import { Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/**
 * Names and values of all variables together:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_BYTES = 4096;

/**
 * What is wrong with a function's environment once all of it is known, tags among it. What only the
 * deployment knows counts nothing, so that no environment is refused which Lambda would take.
 */
export function environmentProblems(scope: IConstruct, resource: CfnFunction): string[] {
  const { variables = {} } = Stack.of(scope).resolve(resource.environment) ?? {};
  const sizes = Object.entries(variables)
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(name) + knownBytes(value) }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = sizes;
  if (total <= MOST_BYTES || !largest) return [];
  return [
    `the environment takes at least ${total} bytes, ${largest.bytes} of them for ${largest.name}, and Lambda's holds ${MOST_BYTES}: shorten what it is made from, such as hosting.environment, tags, or lists of alarms`,
  ];
}

/** Bytes of a value's literal parts. */
function knownBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const join = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'];
  return join ? join[1].reduce<number>((sum, part) => sum + knownBytes(part), 0) : 0;
}
