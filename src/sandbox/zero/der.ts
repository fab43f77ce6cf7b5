/** One element of a DER document. `body` is what it holds; `raw` also has the tag and the length. */
export interface Der {
  readonly tag: number;
  readonly body: Buffer;
  readonly raw: Buffer;
}

/** Tags of X.509 (X.680): universal ones by name. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
} as const;

/** A context-specific tag: `[0]`, `[3]`; `constructed` when it holds elements and not bytes. */
export function context(number: number, constructed = false): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

/** Writes one element. */
export function der(tag: number, ...parts: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => der(TAG.sequence, ...parts);

/** Writes a dotted object identifier: `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(TAG.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Writes a point in time, as X.509 wants it: two digits of the year before 2050. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-T:]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050 ? der(TAG.utcTime, digits.slice(2)) : der(TAG.generalizedTime, digits);
}

/** Writes a bit string; `bits` numbers the ones that are set, and there are no trailing zeros (X.690, 11.2). */
export function namedBits(...bits: number[]): Buffer {
  const last = Math.max(...bits);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return der(TAG.bitString, Buffer.from([7 - (last & 7)]), bytes);
}

/** Reads the elements that stand one after another in `bytes`. Throws RangeError when they are cut off. */
export function readDer(bytes: Uint8Array): Der[] {
  const source = Buffer.from(bytes);
  const elements: Der[] = [];
  for (let at = 0; at < source.length; ) {
    const tag = source.readUInt8(at);
    const short = source.readUInt8(at + 1);
    const digits = short < 0x80 ? 0 : short & 0x7f;
    const length = digits ? source.readUIntBE(at + 2, digits) : short;
    const start = at + 2 + digits;
    if (start + length > source.length) throw new RangeError('the DER document is cut off');
    elements.push({ tag, body: source.subarray(start, start + length), raw: source.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** The dotted form of an object identifier's body. */
export function readObjectId(body: Buffer): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const arc = Math.min(2, Math.floor(first / 40));
  return [arc, first - arc * 40, ...rest].join('.');
}

/** The point in time of a UTCTime or GeneralizedTime. */
export function readTime({ tag, body }: Der): Date {
  const text = body.toString('latin1');
  // RFC 5280, 4.1.2.5.1: two-digit years from 50 on belong to the last century.
  const digits = tag === TAG.utcTime ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text;
  return new Date(digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** The text of any string type; BMPString is two bytes per letter. */
export function readText({ tag, body }: Der): string {
  return tag === TAG.bmpString ? Buffer.from(body).swap16().toString('utf16le') : body.toString('utf8');
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
