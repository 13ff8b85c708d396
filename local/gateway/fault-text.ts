import { FAULT_KINDS, type FaultKind, type FaultOptions } from './faults';

/**
 * Reads faults as people write them: `rate=0.05`,
 * `seed=7,rate=0.05,kinds=throttling+lost-answer,services=sagemaker+s3`.
 *
 * @throws Error that names what cannot be read; whether the values make sense shows when they are used
 */
export function parseFaults(text: string): FaultOptions {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=');
    if (!NAMES.includes(name) || value === '' || given.has(name)) {
      throw new Error(`cannot read '${part}': faults are given as in ${EXAMPLE}; only the rate is needed`);
    }
    given.set(name, value);
  }
  if (!given.has('rate')) throw new Error(`faults need a rate, as in ${EXAMPLE}`);
  const listed = (name: string) => given.get(name)?.split('+');
  const [kinds, services, operations] = [listed('kinds'), listed('services'), listed('operations')];
  return {
    rate: Number(given.get('rate')),
    ...(given.has('seed') && { seed: wholeNumber(given.get('seed') as string) }),
    ...(kinds && { kinds: kinds as FaultKind[] }),
    ...(services && { services }),
    ...(operations && { operations }),
  };
}

const NAMES: readonly string[] = ['seed', 'rate', 'kinds', 'services', 'operations'];
const EXAMPLE = `seed=7,rate=0.05,kinds=${FAULT_KINDS.join('+')},services=sagemaker+s3`;

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`the seed of faults must be a whole number, got ${text}`);
}
