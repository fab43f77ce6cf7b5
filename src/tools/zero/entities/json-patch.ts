import { z } from 'zod';
import { advertiseAs } from '../../../operation.js';

/** Any JSON; a model is shown types, since some hosts refuse a schema without one. */
const value = advertiseAs(
  z.unknown().optional().describe('For add, replace and test.'),
  z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.array(z.string())]).optional(),
);

export const JSONPatchOperation = z.strictObject({
  op: z.enum(['add', 'remove', 'replace', 'copy', 'move', 'test']).describe('What to do.'),
  path: z.string().describe('JSON Pointer, like /name.'),
  value,
  from: z.string().optional().describe('JSON Pointer, for copy and move.'),
});

/** RFC 6902, sent as `application/json`. */
export const JSONPatch = z.array(JSONPatchOperation);
