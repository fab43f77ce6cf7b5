import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { test } from 'vitest';
import { advertise } from '../src/schemas.js';
import { composites } from '../src/tools/composites.js';
import { zero } from '../src/tools/zero/index.js';
test('x', () => {
  for (const t of advertise(zero, composites).filter((t) => t.core)) {
    const { name, title, description, inputSchema, annotations } = t;
    const c = (v: unknown) => encode(JSON.stringify(v)).length;
    process.stderr.write(`${name} ${c({ name, title, description, inputSchema, annotations })} schema ${c(inputSchema)} desc ${c(description)} ann ${c(annotations)}\n`);
  }
});
test('y', () => { const t = advertise(zero, composites).find((t) => t.name === 'list_routes'); process.stderr.write(JSON.stringify(t?.inputSchema) + '\n'); const u = advertise(zero, composites).find((t) => t.name === 'create_route'); process.stderr.write(JSON.stringify(u?.inputSchema) + '\n'); });
