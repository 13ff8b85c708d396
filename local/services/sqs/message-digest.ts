import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

const STRING = 1;
const BINARY = 2;

/**
 * The digest that clients check message attributes by ("Calculating the MD5 message digest for message
 * attributes" of the SQS Developer Guide); undefined if there are none.
 */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttributeValue>> = {}) {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  return md5(
    Buffer.concat(
      names.flatMap((name) => {
        const { DataType = '', StringValue, BinaryValue } = attributes[name] as MessageAttributeValue;
        const isBinary = DataType.startsWith('Binary');
        const value = isBinary ? Buffer.from(BinaryValue as Uint8Array) : Buffer.from(StringValue as string);
        return [
          withLength(Buffer.from(name)),
          withLength(Buffer.from(DataType)),
          Buffer.from([isBinary ? BINARY : STRING]),
          withLength(value),
        ];
      }),
    ),
  );
}

function withLength(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
