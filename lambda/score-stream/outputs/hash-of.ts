import { createHash } from 'node:crypto';

/** Stands for a text where services limit its length or characters. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
