import type { Read } from '../guard/affected.js';
import type { Pin } from '../input.js';
import { isNameable, type Named, organizations, readable, recordsOf } from './records.js';

/** The most that the protocol lets one answer hold. */
const MOST = 100;

/** What is being completed. */
export interface Wish {
  /** The variable or argument. */
  readonly name: string;
  /** What has been typed. */
  readonly value: string;
  /** What was chosen before. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** As the protocol answers it; a type, since an interface has no index signature. */
export type Completion = { values: string[]; total: number; hasMore: boolean };

/** Values that begin with what was typed, then those that have it elsewhere. */
export function among(values: readonly string[], typed: string): Completion {
  return pick(
    values.map((value) => ({ value, texts: [value] })),
    typed,
  );
}

/**
 * Records whose id, name or address has what was typed, as ids or as names.
 *
 * @param how an address takes ids; a person who fills in a prompt means names, and an id where a name isn't the only one
 */
export async function completeRecord(
  { name, value, chosen }: Wish,
  how: 'id' | 'name',
  read: Read,
  pin: Pin,
): Promise<Completion> {
  if (!isNameable(name)) return { values: [], total: 0, hasMore: false };
  const all = await candidates(name, chosen, read, pin);
  const isOnly = (text: string) => all.filter((one) => one.name === text).length === 1;
  return pick(
    all.map((one) => ({
      value: how === 'name' && isOnly(one.name) ? one.name : one.id,
      texts: [one.name, one.id, ...(one.about === undefined ? [] : [one.about])],
    })),
    value,
  );
}

async function candidates(name: string, chosen: Wish['chosen'], read: Read, pin: Pin): Promise<readonly Named[]> {
  const all = await organizations(read, pin);
  if (name === 'organizationId') return all;
  const places = chosen.organizationId ? all.filter(({ id }) => id === chosen.organizationId) : all;
  const found = places.map(({ id }) => {
    return readable(recordsOf(name, { organizationId: id, clusterId: chosen.clusterId }, read, pin));
  });
  return (await Promise.all(found)).flat();
}

function pick(options: readonly { readonly value: string; readonly texts: readonly string[] }[], typed: string) {
  const wanted = typed.trim().toLowerCase();
  const rank = (texts: readonly string[]) => {
    const folded = texts.map((text) => text.toLowerCase());
    if (folded.some((text) => text.startsWith(wanted))) return 0;
    return folded.some((text) => text.includes(wanted)) ? 1 : 2;
  };
  const ranked = options.map(({ value, texts }) => ({ value, rank: rank(texts) })).filter((one) => one.rank < 2);
  const values = [...new Set(ranked.sort((one, other) => one.rank - other.rank).map(({ value }) => value))];
  return { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST };
}
