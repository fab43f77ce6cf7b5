import type { Operation } from '../operation.js';
import { Refusal } from './behaviour.js';

/** A request's operation and its path parameters, decoded. */
export interface Match {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the operation of a method and path: unknown paths are a 404, known ones with another method a 405. */
export type Router = (method: string, path: string) => Match;

export function createRouter(operations: readonly Operation[]): Router {
  // A literal segment goes before a parameter: /changesets/compare before /changesets/{changesetId}.
  const patterns = operations
    .map((operation) => ({ operation, segments: operation.path.split('/') }))
    .sort((a, b) => parameters(a.segments) - parameters(b.segments));
  return (method, path) => {
    const given = path.split('/');
    const fitting = patterns.filter(({ segments }) => fits(segments, given));
    if (fitting.length === 0) throw new Refusal(404, 'not found');
    const found = fitting.find(({ operation }) => operation.method === method);
    if (!found) throw new Refusal(405, 'method not allowed', { allow: allowed(fitting) });
    return { operation: found.operation, params: paramsOf(found.segments, given) };
  };
}

function parameters(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function fits(segments: readonly string[], given: readonly string[]): boolean {
  return (
    segments.length === given.length &&
    segments.every((segment, index) => (segment.startsWith('{') ? given[index] !== '' : segment === given[index]))
  );
}

function allowed(fitting: readonly { operation: Operation }[]): string {
  return [...new Set(fitting.map(({ operation }) => operation.method))].join(', ');
}

function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name) params[name] = decode(given[index] ?? '');
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'malformed path');
  }
}
