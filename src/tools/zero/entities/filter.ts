import { z } from 'zod';

/** Operator names follow a data-grid filter model. */
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

export const FilterItemForActivityLogs = z.strictObject({
  field: z.enum(['entity.data.name', 'entity.id', 'entity.type', 'updatedAt', 'user']),
  operator: FilterItemOperator,
  value: z.unknown().describe('Any JSON value; may be null for isEmpty and isNotEmpty.'),
});

/** Sent as JSON text in the filter query parameter. The seeds name this type but show no fields; fields are from the official client. */
export const FilterForActivityLogs = z.strictObject({
  items: z.array(FilterItemForActivityLogs),
  logicOperator: z.enum(['and', 'or']).optional().describe('How the items combine.'),
  quickFilterValues: z.array(z.string()).optional().describe('Free-text terms.'),
  quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('How the free-text terms combine.'),
});

export const FilterItemForChangesets = z.strictObject({
  field: z.enum(['cluster', 'createdAt', 'failureMessage', 'id', 'status', 'updatedAt']),
  operator: FilterItemOperator,
  value: z.unknown().describe('Any JSON value; may be null for isEmpty and isNotEmpty.'),
});

/** Sent as JSON text in the filter query parameter. The seeds name this type but show no fields; fields are from the official client. */
export const FilterForChangesets = z.strictObject({
  items: z.array(FilterItemForChangesets),
  logicOperator: z.enum(['and', 'or']).optional().describe('How the items combine.'),
  quickFilterValues: z.array(z.string()).optional().describe('Free-text terms.'),
  quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('How the free-text terms combine.'),
});

export const FilterItemForKeyPairs = z.strictObject({
  field: z.enum([
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
  ]),
  operator: FilterItemOperator,
  value: z.unknown().describe('Any JSON value; may be null for isEmpty and isNotEmpty.'),
});

/** Sent as JSON text in the filter query parameter. The seeds name this type but show no fields; fields are from the official client. */
export const FilterForKeyPairs = z.strictObject({
  items: z.array(FilterItemForKeyPairs),
  logicOperator: z.enum(['and', 'or']).optional().describe('How the items combine.'),
  quickFilterValues: z.array(z.string()).optional().describe('Free-text terms.'),
  quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('How the free-text terms combine.'),
});

export const FilterItemForPolicies = z.strictObject({
  field: z.enum(['assigned', 'cluster', 'enforced', 'id', 'name', 'updatedAt']),
  operator: FilterItemOperator,
  value: z.unknown().describe('Any JSON value; may be null for isEmpty and isNotEmpty.'),
});

/** Sent as JSON text in the filter query parameter. The seeds name this type but show no fields; fields are from the official client. */
export const FilterForPolicies = z.strictObject({
  items: z.array(FilterItemForPolicies),
  logicOperator: z.enum(['and', 'or']).optional().describe('How the items combine.'),
  quickFilterValues: z.array(z.string()).optional().describe('Free-text terms.'),
  quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('How the free-text terms combine.'),
});

export const FilterItemForRoutes = z.strictObject({
  field: z.enum(['assigned', 'from', 'id', 'inherited', 'name', 'path', 'prefix', 'regex', 'to', 'updatedAt']),
  operator: FilterItemOperator,
  value: z.unknown().describe('Any JSON value; may be null for isEmpty and isNotEmpty.'),
});

/** Sent as JSON text in the filter query parameter. The seeds name this type but show no fields; fields are from the official client. */
export const FilterForRoutes = z.strictObject({
  items: z.array(FilterItemForRoutes),
  logicOperator: z.enum(['and', 'or']).optional().describe('How the items combine.'),
  quickFilterValues: z.array(z.string()).optional().describe('Free-text terms.'),
  quickFilterLogicOperator: z.enum(['and', 'or']).optional().describe('How the free-text terms combine.'),
});

export const ListActivityLogsOrderByField = z.enum([
  '-entity.data.name',
  '-entity.id',
  '-entity.type',
  '-updatedAt',
  '-user',
  'entity.data.name',
  'entity.id',
  'entity.type',
  'updatedAt',
  'user',
]);

export const ListChangesetsOrderByField = z.enum([
  '-cluster',
  '-createdAt',
  '-failureMessage',
  '-id',
  '-status',
  '-updatedAt',
  'cluster',
  'createdAt',
  'failureMessage',
  'id',
  'status',
  'updatedAt',
]);

export const ListKeyPairsOrderByField = z.enum([
  '-cluster',
  '-id',
  '-issuer',
  '-name',
  '-notAfter',
  '-status',
  '-subject',
  '-updatedAt',
  'cluster',
  'id',
  'issuer',
  'name',
  'notAfter',
  'status',
  'subject',
  'updatedAt',
]);

export const ListPoliciesOrderByField = z.enum([
  '-assigned',
  '-cluster',
  '-id',
  '-name',
  '-updatedAt',
  'assigned',
  'cluster',
  'id',
  'name',
  'updatedAt',
]);

export const ListRoutesOrderByField = z.enum([
  '-assigned',
  '-from',
  '-id',
  '-inherited',
  '-name',
  '-path',
  '-prefix',
  '-regex',
  '-to',
  '-updatedAt',
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
]);
