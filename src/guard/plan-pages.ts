import type { Input } from '../operation.js';
import type { Read } from './affected.js';

/** Rows asked for at once. Zero may answer fewer: no maximum is published (FACTS 3.8). */
const PAGE = 100;

/**
 * Reads a list from its beginning until `enough` holds of what was read, or nothing new comes. A row that moves down
 * while the pages are read comes twice and is kept once.
 */
export async function pagesOf<Row extends { readonly id?: unknown }>(
  read: Read,
  name: string,
  input: Input,
  enough: (rows: readonly Row[]) => boolean,
): Promise<readonly Row[]> {
  const rows = new Map<unknown, Row>();
  for (let offset = 0; ; ) {
    const page = (await read(name, { ...input, limit: PAGE, offset })) as readonly Row[];
    const fresh = page.filter((row) => !rows.has(row.id));
    for (const row of fresh) rows.set(row.id, row);
    offset += page.length;
    if (fresh.length === 0 || enough([...rows.values()])) return [...rows.values()];
  }
}
