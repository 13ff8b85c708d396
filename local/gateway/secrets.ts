import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_LENGTH = 20;

/** 40 characters that nobody can guess: not of the seeded source, whose sequence everybody knows. */
export function newSecret(): string {
  return randomBytes(30).toString('base64url');
}

/** 20 characters in capitals and digits, as AWS has them. */
export function newAccessKeyId(prefix: string): string {
  const rest = [...randomBytes(KEY_LENGTH - prefix.length)];
  return prefix + rest.map((byte) => KEY_CHARACTERS[byte % KEY_CHARACTERS.length]).join('');
}

/** A secret that follows from another, and does not give it away. */
export function derivedSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}

/** Compares secrets in a time that doesn't depend on where they differ. */
export function isSame(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}
