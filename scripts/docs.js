// Writes the generated parts of the README. Run by `npm run docs`, after the build.
import { readFileSync, writeFileSync } from 'node:fs';
import { replacePart, writeDocs } from '../dist/docs.js';
import { composites } from '../dist/tools/composites.js';
import { zero } from '../dist/tools/zero/index.js';
import { tokenTables } from './token-tables.js';

const readme = new URL('../README.md', import.meta.url);
const text = writeDocs(readFileSync(readme, 'utf8'), zero, composites);
writeFileSync(readme, replacePart(text, 'tokens', tokenTables()));
