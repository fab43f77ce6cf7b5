import { z } from 'zod';

export const JSONPatchOperation = z.strictObject({
  op: z.enum(['add', 'remove', 'replace', 'copy', 'move', 'test']),
  path: z.string().describe('JSON Pointer.'),
  value: z.unknown().optional().describe('Any JSON value.'),
  from: z.string().optional().describe('JSON Pointer, for copy and move.'),
});

/** RFC 6902 style list, sent as application/json. */
export const JSONPatch = z.array(JSONPatchOperation);
