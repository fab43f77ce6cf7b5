import { z } from 'zod';

export const JSONPatchOperation = z.strictObject({
  op: z.enum(['add', 'remove', 'replace', 'copy', 'move', 'test']).describe('What to do.'),
  path: z.string().describe('JSON Pointer, like /name.'),
  value: z.unknown().optional().describe('For add, replace and test.'),
  from: z.string().optional().describe('JSON Pointer, for copy and move.'),
});

/** RFC 6902, sent as `application/json`. */
export const JSONPatch = z.array(JSONPatchOperation);
