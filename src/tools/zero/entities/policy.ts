import { z } from 'zod';
import { advertiseAs } from '../../../operation.js';
import { notSecret } from '../../../secret.js';
import { EntityInfo, EntityName, namespaceId, originatorId, standardFields } from './common.js';

/** One criterion of the policy language: `{email: {is: 'user@example.com'}}`. */
export const PPLCriteria = notSecret(
  z.record(z.string(), z.unknown()),
  'the keys are criteria such as claim/token_use; a policy holds no credentials',
);

/** Blocks of one action. They are joined by OR, within a rule and across rules. */
export const PPLRuleBody = z.strictObject({
  and: z.array(PPLCriteria).optional().describe('All hold.'),
  or: z.array(PPLCriteria).optional().describe('Any holds.'),
  not: z.array(PPLCriteria).optional().describe('None holds.'),
  nor: z.array(PPLCriteria).optional().describe('Not all hold.'),
});

export const PPLRule = z.strictObject({
  allow: PPLRuleBody.optional().describe('Who gets in.'),
  deny: PPLRuleBody.optional().describe('Who is refused.'),
});

/** One rule or a list of rules; a model is shown the list only. */
export const PPL = advertiseAs(
  z
    .union(
      [PPLRule, z.array(PPLRule)],
      'expected rules as JSON, such as [{"allow":{"and":[{"domain":{"is":"corp.example"}}]}}]',
    )
    .describe('PPL rules; guide: zero://guides/policies.'),
  z.array(PPLRule),
);

export const PolicyProperties = z.strictObject({
  namespaceId: namespaceId(),
  name: EntityName.describe('Unique in the namespace.'),
  enforced: z.boolean().describe('On every route, present and future.'),
  ppl: PPL,
  description: z.string().describe('Note for administrators.'),
  explanation: z.string().describe('Tells refused visitors why.'),
  remediation: z.string().describe('Tells refused visitors what to do.'),
  originatorId: originatorId(),
});

export const PolicyComputedProperties = z.strictObject({
  routes: z.array(EntityInfo).describe('Routes that name it in policyIds.'),
  enforcedRoutes: z.array(EntityInfo).describe('Routes it is enforced on.'),
});

export const Policy = z.strictObject({
  ...standardFields,
  ...PolicyProperties.shape,
  ...PolicyComputedProperties.shape,
});
