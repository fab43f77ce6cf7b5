import { z } from 'zod';
import { ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import type { WireRequest } from './client.js';

const MAX_PATH_VALUE = 256;

/**
 * Builds the request of one call: the only place that makes a URL.
 * `input` is flat: path parameters, query fields and body fields by their wire names; a body that is a list is `patch`.
 * Throws `invalid_input` for a value that can't be sent.
 */
export function buildRequest(operation: Operation, input: Input): WireRequest {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => pathSegment(name, input[name]));
  checkIds(input);
  const query = Object.keys(operation.query.shape).flatMap((name) => queryField(name, input[name]));
  return {
    operation,
    method: operation.method,
    url: query.length > 0 ? `${path}?${query.join('&')}` : path,
    body: operation.body && bodyOf(operation.body, input),
  };
}

/** Encodes one path value, refusing whatever could change the path's structure on its way through proxies and routers. */
export function pathSegment(name: string, value: unknown): string {
  return encodeURIComponent(plainId(name, value));
}

/** What no id of Zero's holds, in a path or anywhere else. */
function plainId(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw refusal(name, 'must be non-empty text');
  if (value.length > MAX_PATH_VALUE) throw refusal(name, `must not be longer than ${MAX_PATH_VALUE} characters`);
  if (value === '.' || value === '..') throw refusal(name, 'must not be a dot segment');
  // `%` covers every encoding of the others; \p{C} is control, format and unpaired surrogate characters.
  if (/[/\\%\p{C}]/u.test(value)) throw refusal(name, "must not contain '/', '\\', '%' or control characters");
  return value;
}

/** Arguments beside the path that name records. */
const IDS =
  /^(namespaceId|clusterId|routeId|changesetId|entityId|firstId|secondId|replicaId|ownerUserId|policyIds|\w+KeyPairId)$/;

function checkIds(input: Input): void {
  for (const [name, value] of Object.entries(input)) {
    if (!IDS.test(name) || value === undefined) continue;
    for (const id of Array.isArray(value) ? value : [value]) plainId(name, id);
  }
}

/** Lists are comma-separated and objects are JSON text (FACTS 3.8). */
function queryField(name: string, value: unknown): string[] {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  const text = Array.isArray(value) ? value.map((item) => encode(name, item)).join(',') : encode(name, value);
  return [`${encodeURIComponent(name)}=${text}`];
}

function encode(name: string, value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  try {
    return encodeURIComponent(text);
  } catch {
    throw refusal(name, 'must be well-formed text');
  }
}

function bodyOf(schema: z.ZodObject | z.ZodArray, input: Input): unknown {
  if (schema instanceof z.ZodArray) return input.patch;
  const fields = Object.keys(schema.shape).filter((name) => input[name] !== undefined);
  return Object.fromEntries(fields.map((name) => [name, input[name]]));
}

function refusal(name: string, why: string): ToolError {
  return new ToolError('invalid_input', `${name} ${why}.`);
}
