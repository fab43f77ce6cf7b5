import { readFileSync } from 'node:fs';
import type { AdvertisedTool } from './schemas.js';

/** Where the build leaves what it has converted; the same file seen from `src/` and from `dist/`. */
export const ADVERTISED = new URL('../dist/schemas.json', import.meta.url);

/** What the build has made of a catalogue. */
export function readAdvertised(catalog: string): readonly AdvertisedTool[] {
  const all = JSON.parse(readFileSync(ADVERTISED, 'utf8')) as Readonly<Record<string, readonly AdvertisedTool[]>>;
  return all[catalog] ?? [];
}
