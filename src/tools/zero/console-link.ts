import { baseUrl } from './api.js';

/** What a link needs of a record. */
export interface Linked {
  readonly id: string;
  readonly namespaceId?: string;
}

/**
 * Where Zero's console has its pages. The vendor publishes a single record's page for routes alone (pomerium/pomerium,
 * pkg/mcp/configapi/canonicallinks: `/app/management/routes/<id>/edit?cid=<namespaceId>`); others are not guessed.
 */
const PAGES: Readonly<Record<string, (id: string) => string>> = {
  route: (id) => `/app/management/routes/${id}/edit`,
};

/** The console's page of a record; undefined for kinds whose page isn't known, and for an id that is none. */
export function consoleLink(type: string, { id, namespaceId }: Linked): string | undefined {
  const page = Object.hasOwn(PAGES, type) ? PAGES[type] : undefined;
  if (!page || !/^[\w-]+$/.test(id)) return undefined;
  const url = new URL(page(id), baseUrl);
  if (namespaceId) url.searchParams.set('cid', namespaceId);
  return url.href;
}
