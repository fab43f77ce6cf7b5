import { z } from 'zod';
import { advertiseAs } from '../../operation.js';
import { moment } from './entities/common.js';

/** Query parameters that several operations share. */
export const namespaceId = z.string().describe("A cluster's is its own id.");
export const clusterId = z.string();
export const routeId = z.string().optional().describe('Only this route.');
export const replicaId = z.string().optional().describe('Only this replica.');
export const startTime = moment();
export const endTime = moment();
export const includeDescendants = z.boolean().optional().describe('Also child namespaces.');

/** Neither a default nor a maximum is published (FACTS 3.8). */
export const limit = z.int().min(0).optional();
export const offset = z.int().min(0).optional();

/** Sent comma-separated (FACTS 3.8); a leading `-` sorts downwards. A model is shown no list: `filter` has the names. */
export const orderBy = <Field extends z.ZodType>(field: Field) =>
  advertiseAs(z.array(field).describe('As in filter; - descends.'), z.array(z.string())).optional();
