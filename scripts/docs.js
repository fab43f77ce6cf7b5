// Writes the generated parts of the README. Run by `npm run docs`, after the build.
import { readFileSync, writeFileSync } from 'node:fs';
import { writeDocs } from '../dist/docs.js';
import { composites } from '../dist/tools/composites.js';
import { zero } from '../dist/tools/zero/index.js';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, writeDocs(readFileSync(readme, 'utf8'), zero, composites));
