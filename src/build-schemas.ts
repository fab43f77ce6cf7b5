import { writeFileSync } from 'node:fs';
import { ADVERTISED } from './advertised.js';
import { advertise } from './schemas.js';
import { composites } from './tools/composites.js';
import { catalogs } from './tools/index.js';

/** The build's last step: converts every zod schema that a host will see, once. */
const all = Object.entries(catalogs).map(([name, catalog]) => [name, advertise(catalog, composites)]);
writeFileSync(ADVERTISED, JSON.stringify(Object.fromEntries(all)));
