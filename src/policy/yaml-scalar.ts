import { Scalar } from 'yaml';

/** What stops yaml.v3 or encoding/json, in their words. */
export class YamlError extends Error {
  readonly line?: number;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/** What a scalar stands for; numbers may be infinite or NaN. */
export type ScalarValue = null | boolean | number | string;

type ShortTag = '!!binary' | '!!bool' | '!!float' | '!!int' | '!!null' | '!!str' | '!!timestamp';

interface Resolved {
  readonly tag: ShortTag;
  readonly value: ScalarValue;
}

/** The value of a scalar by yaml.v3's rules: YAML 1.2's booleans, YAML 1.1's numbers (`010` is eight), dates as texts. */
export function resolveScalar(node: Scalar): ScalarValue {
  checkEscapes(node);
  const text = textOf(node);
  const tag = shortTagOf(node);
  if (tag === undefined) return isPlain(node) ? resolve(text, true).value : text;
  if (tag === '!!binary') return decodeBinary(text);
  return isResolvable(tag) ? resolveAs(tag, text) : text;
}

/** What a key is: a text, the `<<` that merges, or something that makes the map none that JSON has. */
export function kindOfKey(key: Scalar): 'text' | 'merge' | 'other' {
  const tag = shortTagOf(key);
  if (key.value === '<<' && (tag === '!!merge' || (tag === undefined && isPlain(key)))) return 'merge';
  if (tag !== undefined) return tag === '!!str' || tag === '!!merge' ? 'text' : 'other';
  return !isPlain(key) || resolve(textOf(key), true).tag === '!!str' ? 'text' : 'other';
}

/** Whether an unquoted text, as a key or as a value, is a text. */
export function isPlainText(text: string): boolean {
  return text !== '<<' && resolve(text, true).tag === '!!str';
}

const isPlain = ({ type }: Scalar) => type === undefined || type === Scalar.PLAIN;

const textOf = ({ source, value }: Scalar) => source ?? String(value ?? '');

/** yaml.v3 knows neither `\\/` nor pairs of surrogates, which JSON has. */
function checkEscapes({ srcToken, type }: Scalar): void {
  if (type !== Scalar.QUOTE_DOUBLE || !srcToken || !('source' in srcToken)) return;
  for (const [, letter, code] of srcToken.source.matchAll(/\\(u([\da-fA-F]{4})|[\s\S])/g)) {
    if (letter === '/') throw new YamlError('yaml: found unknown escape character');
    if (code && /^d[89a-f]/i.test(code)) throw new YamlError('yaml: found invalid Unicode character escape code');
  }
}

const LONG_PREFIX = 'tag:yaml.org,2002:';

/** Undefined for none and for `!`, which says nothing of what is unquoted. */
function shortTagOf({ tag }: Scalar): string | undefined {
  if (tag === '!') return undefined;
  return tag?.startsWith(LONG_PREFIX) ? `!!${tag.slice(LONG_PREFIX.length)}` : tag;
}

const RESOLVABLE: readonly string[] = ['!!bool', '!!float', '!!int', '!!null', '!!str', '!!timestamp'];

function isResolvable(tag: string): tag is ShortTag {
  return RESOLVABLE.includes(tag);
}

function resolveAs(tag: ShortTag, text: string): ScalarValue {
  if (tag === '!!str') return text;
  const found = resolve(text, tag === '!!timestamp');
  const fits = found.tag === tag || (tag === '!!float' && found.tag === '!!int' && Number(found.value) < 2 ** 63);
  if (fits) return found.value;
  throw new YamlError(`yaml: cannot decode ${found.tag} \`${text}\` as a ${tag}`);
}

const NAMED = new Map<string, Resolved>([
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, { tag: '!!null', value: null }] as const),
  ...['true', 'True', 'TRUE'].map((text) => [text, { tag: '!!bool', value: true }] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, { tag: '!!bool', value: false }] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, { tag: '!!float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF'].flatMap((text) => [
    [text, { tag: '!!float', value: Number.POSITIVE_INFINITY }] as const,
    [`+${text}`, { tag: '!!float', value: Number.POSITIVE_INFINITY }] as const,
    [`-${text}`, { tag: '!!float', value: Number.NEGATIVE_INFINITY }] as const,
  ]),
]);

function resolve(text: string, mayBeTime: boolean): Resolved {
  const named = NAMED.get(text);
  if (named) return named;
  const asText: Resolved = { tag: '!!str', value: text };
  if (text.startsWith('.')) return asFloat(text) ?? asText;
  if (!/^[-+\d]/.test(text)) return asText;
  const time = mayBeTime ? readTime(text) : undefined;
  if (time !== undefined) return { tag: '!!timestamp', value: time };
  const plain = text.replaceAll('_', '');
  return asInteger(plain) ?? asFloat(plain) ?? asText;
}

/** Too large a number is none to Go. */
function asFloat(text: string): Resolved | undefined {
  const value = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? { tag: '!!float', value } : undefined;
}

const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;

/** Signed or not, of 64 bits. */
function asInteger(text: string): Resolved | undefined {
  // `0o-7` is what Go makes of a prefix and a number.
  const [, sign = '', hex, binary, octal, decimal = '0'] = INTEGER.exec(text.replace(/^(0[bo])([-+])/, '$2$1')) ?? [];
  if (!INTEGER.test(text) && !/^0(b[-+][01]|o[-+][0-7])+/.test(text)) return undefined;
  const digits = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal;
  const value = BigInt(digits);
  const most = sign === '' ? 2n ** 64n - 1n : sign === '+' ? 2n ** 63n - 1n : 2n ** 63n;
  return value > most ? undefined : { tag: '!!int', value: Number(sign === '-' ? -value : value) };
}

const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)([.,]\d+)?(Z|[-+]\d\d:\d\d))| +(\d\d?):(\d\d?):(\d\d?)([.,]\d+)?)?$/;

/** A date or time, as encoding/json writes it; undefined for other texts. */
function readTime(text: string): string | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const [hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    match[4] === undefined ? match.slice(9, 13) : match.slice(4, 9);
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isDate = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && day !== '';
  if (!isDate || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const two = (digits: string) => digits.padStart(2, '0');
  const rest = fraction.slice(1, 10).replace(/0+$/, '');
  const offset = /^[-+]00:00$/.test(zone) ? 'Z' : zone;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${rest && `.${rest}`}${offset}`;
}

function decodeBinary(text: string): string {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  }
  return Buffer.from(packed, 'base64').toString();
}
