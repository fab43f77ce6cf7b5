import { z } from 'zod';

/** How a marked field is treated. */
export interface SecretMark {
  /** The operation mints this value: it is written to a file for the person, since the model never sees it. */
  readonly minted?: boolean;
  /** A string that matches is no secret (`${pomerium.id_token}` in a header). */
  readonly except?: RegExp;
}

// A registry answers nothing for an empty entry of a cloned schema, so each entry says something.
const marks = z.registry<SecretMark & { secret: true }>();
const exemptions = z.registry<{ reason: string }>();
const variants = new WeakMap<z.ZodType, Pick>();

/** Answers the real schema of a value, or undefined when its kind is unknown. */
type Pick = (value: Readonly<Record<string, unknown>>) => z.ZodType | undefined;

/** Marks a field as secret: every string in it, at any depth, is hidden where a result, an error or a log line leaves. */
export function secret<Schema extends z.ZodType>(schema: Schema, mark: SecretMark = {}): Schema {
  const marked = copy(schema);
  marks.add(marked, { secret: true, ...mark });
  return marked;
}

/** States that a field is no secret although its name looks like one; `reason` is for the reader of the lint test. */
export function notSecret<Schema extends z.ZodType>(schema: Schema, reason: string): Schema {
  const exempt = copy(schema);
  exemptions.add(exempt, { reason });
  return exempt;
}

/**
 * An object whose real schema depends on a value in it. `pick` answers the schema that redaction uses for the whole
 * object, or undefined when the kind is unknown: then everything in it that isn't a field of `schema` is hidden.
 */
export function variant<Schema extends z.ZodType>(schema: Schema, pick: Pick): Schema {
  const marked = copy(schema);
  variants.set(marked, pick);
  return marked;
}

/** A copy of a schema: marks belong to a field, not to every use of the schema it was made from. */
function copy<Schema extends z.ZodType>(schema: Schema): Schema {
  const clone: z.ZodType = schema.clone();
  return clone as Schema;
}
