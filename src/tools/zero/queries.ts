import { z } from 'zod';
import { dateTime } from './entities/common.js';

/** Query parameters that several operations share. */
export const namespaceId = z.string().min(1).describe("Namespace; a cluster's is its own id.");
export const includeDescendants = z.boolean().optional().describe('Also child namespaces.');
export const limit = z.int().min(0).optional().describe('Page size.');
export const offset = z.int().min(0).optional().describe('Rows to skip.');
export const startTime = dateTime().describe('RFC 3339.');
export const endTime = dateTime().describe('RFC 3339.');

/** Sent comma-separated (FACTS 3.8); a leading `-` sorts descending. */
export const orderBy = <Field extends z.ZodType>(field: Field) =>
  z.array(field).optional().describe('Leading - sorts descending.');
