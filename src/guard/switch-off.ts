import type { Input } from '../operation.js';
import { label } from '../plain-text.js';
import { ancestry, type Read } from './affected.js';
import { SWITCH_OFF } from './auto-apply.js';
import type { Plan } from './plan.js';
import { type ActivityEntry, makerOf, readEntries } from './plan-entry.js';
import { pagesOf } from './plan-pages.js';

/** How far back makers of changes are looked for. */
const LOOK_BACK_DAYS = 30;
const DAY_MS = 24 * 3_600_000;
const NAMES_SHOWN = 10;

const PRICE =
  "From then on everyone's changes in this cluster, those of Terraform, the ingress controller and scripts included, wait until someone applies them; revocations too.";

/** The one-field settings change that is offered where a draft is stopped because a cluster auto-applies. */
export function switchOffInput({ organizationId }: Input, clusterId: string): Input {
  return { organizationId, clusterId, patch: SWITCH_OFF };
}

/**
 * The plan of {@link switchOffInput} as an offer: with its price in words, and who has made changes in the cluster
 * lately and will find that they wait.
 *
 * @param now milliseconds since the epoch
 */
export async function asOffer(
  plan: Plan,
  { organizationId, clusterId }: Input,
  read: Read,
  now: number,
): Promise<Plan> {
  return {
    ...plan,
    offer: true,
    headline: `An offer, to be done first: auto-apply is switched off. ${plan.headline}`,
    notes: [PRICE, await makersNote(organizationId, clusterId, read, now), ...plan.notes],
  };
}

async function makersNote(organizationId: unknown, clusterId: unknown, read: Read, now: number): Promise<string> {
  try {
    const since = now - LOOK_BACK_DAYS * DAY_MS;
    const edits = await editsSince(since, { organizationId, clusterId }, read);
    const users = (await read('list_users_in_organization', { organizationId })) as readonly User[];
    const programs = new Set(users.flatMap(({ id, type }) => (type === 'user_type_api_access' ? [id] : [])));
    const isProgram = ({ user }: ActivityEntry) => user?.id !== undefined && programs.has(user.id);
    const seen = [
      ...namesOf('tools', edits.flatMap(originator)),
      ...namesOf('API users', edits.filter(isProgram).map(makerOf)),
      ...namesOf('people', edits.filter((edit) => !isProgram(edit)).map(makerOf)),
    ];
    return `Seen making changes here in the last ${LOOK_BACK_DAYS} days: ${seen.join('; ') || 'nobody'}.`;
  } catch {
    return `Who made changes here in the last ${LOOK_BACK_DAYS} days could not be read.`;
  }
}

interface User {
  readonly id: string;
  readonly type?: string;
}

interface Place {
  readonly id: string;
  readonly namespaceId?: string;
  readonly parentId?: string;
}

/** The log's edits of what a cluster holds or inherits. */
async function editsSince(since: number, { organizationId, clusterId }: Input, read: Read) {
  const clusters = (await read('list_clusters', { organizationId })) as readonly Place[];
  const namespaces = (await read('list_namespaces', { organizationId })) as readonly Place[];
  const own = clusters.find(({ id }) => id === clusterId)?.namespaceId ?? '';
  const scope = ancestry(own, new Map(namespaces.map(({ id, parentId }) => [id, parentId]))) ?? [own];
  const logs = scope.map((namespaceId) =>
    pagesOf<{ readonly id?: unknown; readonly updatedAt?: string }>(
      read,
      'list_activity_logs',
      { organizationId, namespaceId, orderBy: ['-updatedAt'] },
      (rows) => Date.parse(rows.at(-1)?.updatedAt ?? '') < since,
    ),
  );
  const { entries } = readEntries((await Promise.all(logs)).flat());
  return entries.filter(({ createdAt }) => Date.parse(createdAt) >= since);
}

function originator({ entity }: ActivityEntry): readonly string[] {
  const { originatorId } = entity.data ?? {};
  return typeof originatorId === 'string' && originatorId !== '' ? [originatorId] : [];
}

/** `people "ada", "bo"`; nothing for nobody. */
function namesOf(kind: string, names: readonly string[]): readonly string[] {
  const unique = [...new Set(names)].sort();
  if (unique.length === 0) return [];
  const more = unique.length > NAMES_SHOWN ? ` and ${unique.length - NAMES_SHOWN} more` : '';
  return [`${kind} ${unique.slice(0, NAMES_SHOWN).map(label).join(', ')}${more}`];
}
