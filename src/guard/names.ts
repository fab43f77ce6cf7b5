import type { Input } from '../operation.js';
import { label } from '../plain-text.js';
import type { Read } from './affected.js';
import type { Plan, PlannedEntity } from './plan.js';
import { nameOf } from './plan-fields.js';

/** Fields that name other records by their ids, and the read that tells what those are called. */
const REFERENCES: readonly { readonly field: RegExp; readonly read: string; readonly idName: string }[] = [
  { field: /^policyIds$/, read: 'get_policy', idName: 'policyId' },
  { field: /KeyPairId$/, read: 'get_key_pair', idName: 'keyPairId' },
];

/**
 * A plan that says what its ids stand for: beside each policy and key pair that a field refers to stands its name, and
 * settings go by their cluster. What can't be read keeps its bare id.
 */
export async function withNames(plan: Plan, { organizationId }: Input, read: Read): Promise<Plan> {
  const names = new Map<string, string>();
  const entities = [...plan.entities, ...plan.waiting];
  const fields = entities.flatMap((entity) => entity.fields);
  const isPlaced = fields.some(({ name }) => name === 'namespaceId');
  const places = isPlaced ? await read('list_namespaces', { organizationId }).then(namesIn, () => NONE) : NONE;
  const wanted = REFERENCES.flatMap(({ field, read, idName }) => {
    const texts = fields.filter(({ name }) => field.test(name)).flatMap(({ before, after }) => [before, after]);
    return [...new Set(texts.flatMap((text) => idsIn(text)))].map((id) => ({ id, read, idName }));
  });
  await Promise.all(
    wanted.map(async ({ id, read: name, idName }) => {
      const record = await read(name, { organizationId, [idName]: id }).catch(() => undefined);
      const found = nameOf(Object(record));
      if (found !== undefined) names.set(id, label(found));
    }),
  );
  const [only, ...others] = plan.clusters;
  const named = (entity: PlannedEntity): PlannedEntity => ({
    ...entity,
    name: entity.type === 'settings' && entity.name === '' && only && others.length === 0 ? only.name : entity.name,
    fields: entity.fields.map((field) => {
      const known = field.name === 'namespaceId' ? places : names;
      if (known === names && !REFERENCES.some((reference) => reference.field.test(field.name))) return field;
      const { before, after } = field;
      return {
        ...field,
        ...(before !== undefined && { before: spelled(before, known) }),
        ...(after !== undefined && { after: spelled(after, known) }),
      };
    }),
  });
  return { ...plan, entities: plan.entities.map(named), waiting: plan.waiting.map(named) };
}

const NONE: ReadonlyMap<string, string> = new Map();

function namesIn(rows: unknown): ReadonlyMap<string, string> {
  const named = (rows as readonly { readonly id: string }[]).map((row) => [row.id, nameOf(row)] as const);
  return new Map(named.flatMap(([id, name]) => (name === undefined ? [] : [[id, label(name)]])));
}

/** A text of a value that is an id as a whole, as JSON has it: a quote inside a text has a backslash before it. */
const ID = /(?<=^|[[,:])"([\w-]{8,64})"/g;

function idsIn(text = ''): readonly string[] {
  return [...text.matchAll(ID)].flatMap(([, id]) => id ?? []);
}

/** `["Staff" (2Tnq…)]`. */
function spelled(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(ID, (found, id: string) => {
    const name = names.get(id);
    return name === undefined ? found : `${name} (${id})`;
  });
}
