import { z } from 'zod';

/** One field somewhere in a schema. */
export interface Field {
  /** Like `list_routes[].setRequestHeaders`. */
  readonly path: string;
  readonly name: string;
  readonly schema: z.ZodType;
  readonly description: string | undefined;
}

/** Every field of every object in a schema, at any depth. */
export function everyField(path: string, schema: z.ZodType | undefined): readonly Field[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return everyField(path, schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodArray) return everyField(`${path}[]`, schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) return everyField(`${path}.*`, schema.valueType as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => everyField(path, option as z.ZodType));
  }
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const at = `${path}.${name}`;
    return [{ path: at, name, schema: field, description: descriptionOf(field) }, ...everyField(at, field)];
  });
}

function descriptionOf(schema: z.ZodType): string | undefined {
  if (schema.description !== undefined) return schema.description;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? descriptionOf(schema.unwrap() as z.ZodType)
    : undefined;
}
