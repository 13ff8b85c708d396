import { createECDH, type KeyObject } from 'node:crypto';

/**
 * ECDSA over a digest that somebody else computed, which `node:crypto` has no function for: it multiplies the
 * points, and the numbers are computed here. Good for rehearsals only: it takes more or less time with other
 * keys.
 *
 * @see https://www.secg.org/sec1-v2.pdf, 4.1: symbols are those of this document
 */

/** The order n of each curve's base point. @see https://www.secg.org/sec2-v2.pdf */
const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
};

/** @returns the signature in DER (RFC 3279, 2.2.3) */
export function signDigest(curve: string, privateKey: KeyObject, digest: Uint8Array): Buffer {
  const n = ORDERS[curve] as bigint;
  const d = scalarOf(privateKey);
  const ephemeral = createECDH(curve);
  ephemeral.generateKeys();
  const k = numberOf(ephemeral.getPrivateKey());
  const r = xOf(ephemeral.getPublicKey()) % n;
  const s = modulo((numberOf(digest) + r * d) * inverse(k, n), n);
  return sequence(integer(r), integer(s));
}

/**
 * Whether this key signed the digest. With the private key at hand, R is (e + r·d)·s⁻¹ times the base point.
 */
export function hasSigned(
  curve: string,
  privateKey: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const n = ORDERS[curve] as bigint;
  const [r = 0n, s = 0n] = integersOf(Buffer.from(signature));
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const k = modulo((numberOf(digest) + r * scalarOf(privateKey)) * inverse(s, n), n);
  if (k === 0n) return false;
  const point = createECDH(curve);
  point.setPrivateKey(bytesOf(k));
  return xOf(point.getPublicKey()) % n === r;
}

/** d */
function scalarOf(privateKey: KeyObject): bigint {
  return numberOf(Buffer.from(privateKey.export({ format: 'jwk' }).d as string, 'base64url'));
}

/** Of a point without compression: 04, x, y. */
function xOf(point: Buffer): bigint {
  return numberOf(point.subarray(1, (point.length + 1) / 2));
}

function inverse(value: bigint, n: bigint): bigint {
  let [rest, next, coefficient, other] = [modulo(value, n), n, 1n, 0n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [coefficient, other] = [other, coefficient - quotient * other];
  }
  return modulo(coefficient, n);
}

function modulo(value: bigint, n: bigint): bigint {
  return ((value % n) + n) % n;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;

function integer(value: bigint): Buffer {
  const bytes = bytesOf(value);
  // Its first bit would be a sign.
  return element(INTEGER, (bytes[0] as number) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function sequence(...elements: Buffer[]): Buffer {
  return element(SEQUENCE, Buffer.concat(elements));
}

function element(tag: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? Buffer.of(content.length) : Buffer.of(0x81, content.length);
  return Buffer.concat([Buffer.of(tag), length, content]);
}

/** Of a signature; none of anything else. */
function integersOf(signature: Buffer): bigint[] {
  const content = contentOf(SEQUENCE, signature);
  const numbers: bigint[] = [];
  for (let rest = content; rest && rest.length > 0; ) {
    const bytes = contentOf(INTEGER, rest);
    if (!bytes || bytes.length === 0) return [];
    numbers.push(numberOf(bytes));
    rest = rest.subarray(element(INTEGER, bytes).length);
  }
  return content && element(SEQUENCE, content).length === signature.length ? numbers : [];
}

function contentOf(tag: number, bytes: Buffer): Buffer | undefined {
  const isLong = bytes[1] === 0x81;
  const start = isLong ? 3 : 2;
  const length = bytes[isLong ? 2 : 1];
  if (bytes[0] !== tag || length === undefined || start + length > bytes.length) return undefined;
  return bytes.subarray(start, start + length);
}
