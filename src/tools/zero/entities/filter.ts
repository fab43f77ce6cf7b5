import { z } from 'zod';
import { advertiseAs } from '../../../operation.js';

export const FilterItemOperator = z.enum([
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'equals',
  'doesNotEqual',
  'contains',
  'doesNotContain',
  'startsWith',
  'endsWith',
  'is',
  'not',
  'isAnyOf',
  'isEmpty',
  'isNotEmpty',
  'before',
  'after',
  'onOrBefore',
  'onOrAfter',
]);

const ShownOperator = FilterItemOperator.exclude(['=', '!=', '>', '>=', '<', '<=', 'onOrBefore', 'onOrAfter']);

/** A list is for `isAnyOf`. */
const ShownValue = z.union([z.string(), z.boolean(), z.array(z.string())]);

/**
 * A filter over the given fields of a list, sent as JSON text in the query parameter `filter` (FACTS 3.8). A model is
 * shown the comparisons that text and dates take: no field is a number.
 */
const filterOver = <const Field extends string>(...fields: Field[]) => {
  const item = z.strictObject({
    field: z.enum(fields).describe('What to compare.'),
    operator: FilterItemOperator.describe('How to compare.'),
    value: advertiseAs(z.unknown().describe('Null for isEmpty and isNotEmpty.'), ShownValue),
  });
  const filter = z.strictObject({
    items: z.array(item).describe('Conditions.'),
    logicOperator: z.enum(['and', 'or']).optional().describe('Joins items.'),
    quickFilterValues: z.array(z.string()).optional().describe('Search words.'),
    quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('Joins words.'),
  });
  const shownItem = z.strictObject({ field: z.enum(fields), operator: ShownOperator, value: item.shape.value });
  return advertiseAs(
    filter,
    filter.extend({ items: z.array(shownItem) }).omit({ logicOperator: true, quickFilterLogicOperator: true }),
  );
};

/** The ways a list can be sorted: by each field, and with a leading `-` by each field downwards. */
const orderOver = <const Field extends string>(...fields: Field[]) =>
  z.enum([...fields.map((field) => `-${field}` as const), ...fields]);

const activityFields = ['entity.data.name', 'entity.id', 'entity.type', 'updatedAt', 'user'] as const;
export const FilterForActivityLogs = filterOver(...activityFields);
export const ListActivityLogsOrderByField = orderOver(...activityFields);

const changesetFields = ['cluster', 'createdAt', 'failureMessage', 'id', 'status', 'updatedAt'] as const;
export const FilterForChangesets = filterOver(...changesetFields);
export const ListChangesetsOrderByField = orderOver(...changesetFields);

export const FilterForKeyPairs = filterOver(
  'cluster',
  'id',
  'isCertificateAuthority',
  'isClientCertificate',
  'issuer',
  'name',
  'notAfter',
  'status',
  'subject',
  'updatedAt',
);
export const ListKeyPairsOrderByField = orderOver(
  'cluster',
  'id',
  'issuer',
  'name',
  'notAfter',
  'status',
  'subject',
  'updatedAt',
);

export const FilterForPolicies = filterOver('assigned', 'cluster', 'enforced', 'id', 'name', 'updatedAt');
export const ListPoliciesOrderByField = orderOver('assigned', 'cluster', 'id', 'name', 'updatedAt');

const routeFields = [
  'assigned',
  'from',
  'id',
  'inherited',
  'name',
  'path',
  'prefix',
  'regex',
  'to',
  'updatedAt',
] as const;
export const FilterForRoutes = filterOver(...routeFields);
export const ListRoutesOrderByField = orderOver(...routeFields);
