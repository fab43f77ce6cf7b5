import { z } from 'zod';
import { EntityInfo, EntityName, standardFields } from './common.js';

/** One criterion of the policy language, e.g. an email matcher. */
export const PPLCriteria = z.record(z.string(), z.unknown());

export const PPLRuleBody = z.strictObject({
  and: z.array(PPLCriteria).optional(),
  or: z.array(PPLCriteria).optional(),
  not: z.array(PPLCriteria).optional(),
  nor: z.array(PPLCriteria).optional(),
});

export const PPLRule = z.strictObject({ allow: PPLRuleBody.optional(), deny: PPLRuleBody.optional() });

/** One rule or a list of rules. */
export const PPL = z.union([PPLRule, z.array(PPLRule)]);

export const PolicyProperties = z.strictObject({
  namespaceId: z.string(),
  name: EntityName,
  enforced: z.boolean().describe('When true the policy is put on every route by itself, present and future.'),
  ppl: PPL,
  description: z.string(),
  explanation: z.string().describe('Shown to a refused visitor: why.'),
  remediation: z.string().describe('Shown to a refused visitor: what to do.'),
  originatorId: z.string().optional().describe('Which tool owns the record.'),
});

export const PolicyComputedProperties = z.strictObject({
  routes: z.array(EntityInfo).describe('Routes that name this policy.'),
  enforcedRoutes: z.array(EntityInfo).describe('Routes that get it because it is enforced.'),
});

export const Policy = z.strictObject({
  ...standardFields,
  ...PolicyProperties.shape,
  ...PolicyComputedProperties.shape,
});
