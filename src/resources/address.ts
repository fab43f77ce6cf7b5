import { UriTemplate } from '@modelcontextprotocol/server';
import { type Pin, pinnedNames } from '../input.js';
import type { AdvertisedTool } from '../schemas.js';

/** What every address begins with. */
const SCHEME = 'zero://';

/** How a read is shown: as its tool answers it, or for reading. */
export const FORMATS = ['json', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** The JSON Schema of one argument, as far as it is looked at here. */
interface ArgumentSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

/** The address of a read: its path, and after `?` the arguments that are no part of it. */
export interface Address {
  readonly tool: AdvertisedTool;
  /** Names in braces are variables. */
  readonly segments: readonly string[];
  /** Variables in the path. */
  readonly variables: readonly string[];
  /** Arguments after `?` that must be there. */
  readonly required: readonly string[];
  /** As RFC 6570 writes it. */
  readonly template: string;
}

/** What an address in words is: the call that reads it. */
export interface Target {
  readonly address: Address;
  readonly args: Readonly<Record<string, unknown>>;
  readonly format: Format;
}

/**
 * The addresses of the reads among `tools`. A read is a resource when it has a path and all that must be said is in the
 * path or an id; logs and metrics, which want a time range, stay tools.
 */
export function addressesOf(tools: readonly AdvertisedTool[], pin: Pin): readonly Address[] {
  return tools.flatMap((tool) => {
    const address = addressOf(tool, pin);
    return address?.required.every((name) => name.endsWith('Id')) ? [address] : [];
  });
}

function addressOf(tool: AdvertisedTool, pin: Pin): Address | undefined {
  if (tool.path === undefined) return undefined;
  const fixed = pinnedNames(pin);
  const segments = withoutPinned(tool.path.split('/').filter(Boolean), fixed);
  const inPath = variablesIn(tool.path.split('/'));
  const { properties = {}, required = [] } = tool.inputSchema;
  const query = Object.entries(properties)
    .filter(([name, schema]) => !inPath.includes(name) && !fixed.includes(name) && isScalar(schema as ArgumentSchema))
    .map(([name]) => name);
  return {
    tool,
    segments,
    variables: variablesIn(segments),
    required: required.filter((name) => !inPath.includes(name) && !fixed.includes(name)),
    template: `${SCHEME}${segments.join('/')}{?${[...query, 'format'].join(',')}}`,
  };
}

/** What is pinned leaves with the collection it is in; at the end the collection becomes its one member. */
function withoutPinned(segments: readonly string[], fixed: readonly string[]): readonly string[] {
  return segments.flatMap((segment, index) => {
    if (fixed.includes(variableOf(segment) ?? '')) return [];
    if (!fixed.includes(variableOf(segments[index + 1] ?? '') ?? '')) return [segment];
    return index + 2 === segments.length ? [segment.replace(/s$/, '')] : [];
  });
}

/** The call that an address means, or undefined when it is the address of nothing here. */
export function targetOf(uri: string, addresses: readonly Address[]): Target | undefined {
  if (!uri.startsWith(SCHEME)) return undefined;
  const [path = '', search = ''] = uri.slice(SCHEME.length).split('?', 2);
  const given = path.split('/').map(decoded);
  const fitting = addresses.filter(({ segments }) => {
    const fits = (segment: string, index: number) =>
      variableOf(segment) ? given[index] !== '' : segment === given[index];
    return segments.length === given.length && segments.every(fits);
  });
  // A word in the path says more than a variable.
  const [address] = fitting.sort((one, other) => one.variables.length - other.variables.length);
  if (!address) return undefined;
  const { tool, segments } = address;
  const { format = 'json', ...query } = Object.fromEntries(new URLSearchParams(search));
  const inPath = segments.flatMap((segment, index) => {
    const name = variableOf(segment);
    return name === undefined ? [] : [[name, given[index]]];
  });
  const typed = Object.entries(query).map(([name, text]) => [name, argumentOf(text, schemaOf(tool, name))]);
  // The path is what was asked for: nothing after `?` may stand for it.
  return { address, args: { ...Object.fromEntries(typed), ...Object.fromEntries(inPath) }, format: format as Format };
}

/** The address with its variables filled in. */
export function expand({ template }: Address, values: Readonly<Record<string, string>>): string {
  return new UriTemplate(template).expand(values);
}

/** The values that an argument can have, where the tool names them. */
export function choicesOf(tool: AdvertisedTool, name: string): readonly string[] {
  return name === 'format' ? FORMATS : (schemaOf(tool, name)?.enum ?? []).map(String);
}

function schemaOf(tool: AdvertisedTool, name: string): ArgumentSchema | undefined {
  return tool.inputSchema.properties?.[name] as ArgumentSchema | undefined;
}

function isScalar({ type, enum: choices }: ArgumentSchema): boolean {
  return choices !== undefined || ['string', 'integer', 'number', 'boolean'].includes(type ?? '');
}

/** A word of the address as the tool's schema wants it; what isn't of its type stays a text, and is refused as one. */
function argumentOf(text: string, schema: ArgumentSchema | undefined): unknown {
  if (schema?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (schema?.type !== 'integer' && schema?.type !== 'number') return text;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function variablesIn(segments: readonly string[]): readonly string[] {
  return segments.map(variableOf).filter((name) => name !== undefined);
}

function variableOf(segment: string): string | undefined {
  return /^\{(\w+)\}$/.exec(segment)?.[1];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
