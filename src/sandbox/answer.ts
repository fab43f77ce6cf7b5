import type { z } from 'zod';
import { redact } from '../secret.js';
import type { Call } from './behaviour.js';

/** The fields of a row that the schema declares: what the API answers of it. */
export function only<Schema extends z.ZodObject>(schema: Schema, row: z.infer<Schema>): z.infer<Schema> {
  const entries = Object.entries(row).filter(
    ([name, value]) => value !== undefined && Object.hasOwn(schema.shape, name),
  );
  return structuredClone(Object.fromEntries(entries)) as z.infer<Schema>;
}

const WITHHELD = '\u0000withheld';

/** A copy without the stored secrets, and without what holds nothing but them. */
export function withhold(schema: z.ZodType, value: unknown): unknown {
  return prune(redact(schema, value, () => WITHHELD));
}

function prune(value: unknown): unknown {
  if (value === WITHHELD) return undefined;
  if (Array.isArray(value))
    return keep(
      value.map(prune).filter((item) => item !== undefined),
      value.length,
    );
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  const kept = fields.map(([name, field]) => [name, prune(field)] as const).filter(([, field]) => field !== undefined);
  return keep(Object.fromEntries(kept), fields.length, kept.length);
}

/** What is left of a container; nothing when all it held is gone. */
function keep<Container extends object>(left: Container, before: number, after = Object.keys(left).length) {
  return before > 0 && after === 0 ? undefined : left;
}

/** What the API answers of a row that holds secrets: withheld, unless the switch echoes them. */
export function answerOf<Schema extends z.ZodObject>(
  call: Call,
  schema: Schema,
  row: z.infer<Schema>,
): z.infer<Schema> {
  const answer = only(schema, row);
  return call.world.switches.echoSecrets ? answer : (withhold(schema, answer) as z.infer<Schema>);
}
