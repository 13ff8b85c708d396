/** A field of a message in the wire format: https://protobuf.dev/programming-guides/encoding/ */
export interface Field {
  readonly number: number;
  /** Of a varint, up to 2^53; 0 of others. */
  readonly integer: number;
  /** Content of a length-delimited field; empty of others. */
  readonly bytes: Uint8Array;
  /** The field with its tag, as it stands in the message. */
  readonly raw: Uint8Array;
}

/**
 * Fields of a message, in their order.
 *
 * @throws Error if the bytes end within a field, or have a wire type that is not in use any more
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new Reader(message);
  while (reader.at < message.length) yield reader.field();
}

/** A length-delimited field. */
export function delimited(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([varint(number * 8 + DELIMITED), varint(bytes.length), bytes]);
}

/** A field of a whole number. */
export function integerField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** Numbers of a repeated field: each by itself, or packed together. */
export function integersOf(field: Field): number[] {
  if (field.bytes.length === 0) return [field.integer];
  const reader = new Reader(field.bytes);
  const found: number[] = [];
  while (reader.at < field.bytes.length) found.push(reader.varint());
  return found;
}

const DELIMITED = 2;
const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

class Reader {
  at = 0;

  constructor(private readonly message: Uint8Array) {}

  field(): Field {
    const start = this.at;
    const tag = this.varint();
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    const integer = wireType === 0 ? this.varint() : 0;
    const size = wireType === DELIMITED ? this.varint() : wireType === 0 ? 0 : FIXED_SIZES[wireType];
    if (size === undefined || number === 0) throw new Error(`byte ${start} begins no field of a message`);
    const content = this.at;
    this.at += size;
    if (this.at > this.message.length) throw new Error(`the message ends within its field ${number}`);
    const bytes = wireType === DELIMITED ? this.message.subarray(content, this.at) : new Uint8Array();
    return { number, integer, bytes, raw: this.message.subarray(start, this.at) };
  }

  varint(): number {
    const start = this.at;
    let value = 0;
    for (let scale = 1; this.at - start < 7; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    let long = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      long |= BigInt(byte % 128) << shift;
      // Negative numbers are two's complements of 64 bits.
      if (byte < 128) return Number(BigInt.asIntN(64, long));
    }
    throw new Error(`byte ${start} begins a number of more than 64 bits`);
  }

  private byte(): number {
    const byte = this.message[this.at++];
    if (byte === undefined) throw new Error('the message ends within a number');
    return byte;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) + 0x80);
  return Uint8Array.from([...bytes, left]);
}
