import type { Operation } from '../operation.js';
import { Refusal } from './behaviour.js';

/** A request's operation and its path parameters, decoded. */
export interface Match {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the operation of a method and path; the refusal is a 404 for unknown paths and a 405 for other methods. */
export type Router = (method: string, path: string) => Match | Refusal;

export function createRouter(operations: readonly Operation[]): Router {
  // A literal segment goes before a parameter: /changesets/compare before /changesets/{changesetId}.
  const patterns = operations
    .map((operation) => ({ operation, segments: operation.path.split('/') }))
    .sort((a, b) => parameters(a.segments) - parameters(b.segments));
  return (method, path) => {
    const given = path.split('/');
    const fitting = patterns.filter(({ segments }) => fits(segments, given));
    if (fitting.length === 0) return new Refusal(404, 'not found');
    const found = fitting.find(({ operation }) => operation.method === method);
    if (!found) return new Refusal(405, 'method not allowed', { allow: allowed(fitting) });
    const params = paramsOf(found.segments, given);
    return params ? { operation: found.operation, params } : new Refusal(400, 'malformed path');
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

/** The values of a template's parameters; undefined when one isn't properly encoded. */
function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  try {
    for (const [index, segment] of segments.entries()) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name) params[name] = decodeURIComponent(given[index] ?? '');
    }
  } catch {
    return undefined;
  }
  return params;
}
