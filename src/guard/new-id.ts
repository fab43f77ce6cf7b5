import { ToolError } from '../errors.js';
import type { Input } from '../operation.js';

const OF = Symbol('of');

/** Stands in an input for an id that nobody knows before an earlier call has been answered. No JSON can hold one. */
export interface NewId {
  readonly [OF]: string;
}

/** The id of the record that a call creates under this name. */
export function newId(of: string): NewId {
  return { [OF]: of };
}

/** Stands for a new id in what is planned and shown. */
export function newIdNamed(of: string): string {
  return `new id of ${of}`;
}

/** An input as it is planned and shown: for each {@link NewId} a text that says whose it is. */
export function withNewIdsNamed(input: Input): Input {
  return replaced(input, newIdNamed);
}

/** An input as it is sent. @throws ToolError `refused` where an id isn't known */
export function withNewIds(input: Input, ids: ReadonlyMap<string, string>): Input {
  return replaced(input, (of) => {
    const id = ids.get(of);
    if (id !== undefined) return id;
    throw new ToolError('refused', `Zero did not answer the id of the record that was made in the place of ${of}.`, {
      next: 'Nothing more was sent. Read the new record and go on by hand.',
    });
  });
}

function replaced(input: Input, by: (of: string) => string): Input {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    if (isNewId(value)) return by(value[OF]);
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copy(field)]));
  };
  return copy(input) as Input;
}

function isNewId(value: object): value is NewId {
  return OF in value;
}
