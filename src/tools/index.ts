import type { Catalog } from '../operation.js';
import { zero } from './zero/index.js';

/** The control planes this server knows, by name. */
export const catalogs: Readonly<Record<string, Catalog>> = { [zero.name]: zero };
