/**
 * The one JSON text of a value, as RFC 8785 writes it: keys sorted by UTF-16 code units, no blanks. Two values with the
 * same text are the same JSON, so the text can be hashed and compared. Fields that are undefined are left out.
 *
 * @throws TypeError for what JSON can't say, which would otherwise vanish from a digest unseen: functions, symbols, NaN,
 * bigints, instances of classes, undefined in a list
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonical).join(',')}]`;
  if (!isPlain(value)) throw new TypeError(`JSON can't say this ${typeof value}.`);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
