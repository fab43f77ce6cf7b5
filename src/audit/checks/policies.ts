import type { Check } from '../check.js';
import { brokenPolicyChecks } from './policies-broken.js';
import { policyCriteriaChecks } from './policies-criteria.js';
import { policyEstateChecks } from './policies-estate.js';
import { policyLogicChecks } from './policies-logic.js';
import { openPolicyChecks } from './policies-open.js';
import { policyValueChecks } from './policies-values.js';

export const policyChecks: readonly Check[] = [
  ...openPolicyChecks,
  ...policyLogicChecks,
  ...policyValueChecks,
  ...policyCriteriaChecks,
  ...brokenPolicyChecks,
  ...policyEstateChecks,
];
