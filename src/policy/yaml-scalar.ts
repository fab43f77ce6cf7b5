import { Scalar } from 'yaml';

/** What stops yaml.v3 or encoding/json, in their words. */
export class YamlError extends Error {
  readonly line?: number;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

const TAG = 'tag:yaml.org,2002:';

/**
 * The value of a scalar by yaml.v3's rules: YAML 1.2's booleans, YAML 1.1's numbers (`010` is eight), dates as texts.
 * As a key, a date is no text any more: NaN stands for it.
 */
export function resolveScalar(node: Scalar, asKey = false): null | boolean | number | string {
  const text = node.source ?? String(node.value ?? '');
  const tag = node.tag?.startsWith(TAG) ? node.tag.slice(TAG.length) : node.tag;
  const isPlain = node.type === undefined || node.type === Scalar.PLAIN;
  if (tag === undefined || tag === '!') return isPlain ? resolvePlain(text, asKey) : text;
  if (tag === 'binary') return decodeBinary(text);
  const kind = KINDS[tag];
  if (!kind) return text;
  const value = resolvePlain(text);
  if (kind === (value === null ? 'null' : typeof value) && (tag !== 'int' || Number.isInteger(value))) return value;
  throw new YamlError(`yaml: cannot decode ${goTag(value)} \`${text}\` as a !!${tag}`);
}

export function isMergeKey(node: Scalar): boolean {
  return node.value === '<<' && (node.tag === `${TAG}merge` || (node.tag === undefined && node.type === Scalar.PLAIN));
}

const KINDS: Readonly<Record<string, string>> = { bool: 'boolean', int: 'number', float: 'number', null: 'null' };

function goTag(value: null | boolean | number | string): string {
  if (value === null) return '!!null';
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float';
  return typeof value === 'boolean' ? '!!bool' : '!!str';
}

/** What an unquoted text without a tag stands for. */
export function resolvePlain(text: string, asKey = false): null | boolean | number | string {
  if (/^(~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (/^\.(nan|NaN|NAN)$/.test(text)) return Number.NaN;
  const infinity = /^([-+]?)\.(inf|Inf|INF)$/.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!/^[-+.\d]/.test(text)) return text;
  if (asKey && /^\d{4}-\d\d?-\d\d?([Tt\s].*)?$/.test(text)) return Number.NaN;
  return resolveNumber(text.replaceAll('_', '')) ?? text;
}

const MAX_INTEGER = 2 ** 64;

function resolveNumber(text: string): number | undefined {
  const based = /^([-+]?)0([xX][\da-fA-F]+|[oO]?[0-7]+|[bB][01]+)$/.exec(text);
  if (based) {
    const [, sign, digits = ''] = based;
    const value = Number(/^\d/.test(digits) ? `0o${digits}` : `0${digits}`);
    if (value < MAX_INTEGER) return sign === '-' ? -value : value;
  }
  return /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function decodeBinary(text: string): string {
  const packed = text.replace(/\s/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  }
  return Buffer.from(packed, 'base64').toString();
}
