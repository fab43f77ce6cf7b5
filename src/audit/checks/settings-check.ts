import { REDACTED } from '../../secret.js';
import type { Subject } from '../check.js';
import type { ClusterView } from '../snapshot.js';
import { perSnapshot } from './per-snapshot.js';
import type { Case } from './policy-terms.js';
import { checkOf } from './record-check.js';
import type { SettingsRecord } from './route-check.js';

/** A cluster's settings that could be read. */
export interface SettingsView extends ClusterView {
  readonly settings: SettingsRecord;
}

/** A check that looks at the settings of one cluster after the other. */
export const settingsCheck = checkOf(
  'settings',
  'settings',
  ({ clusters }) => clusters.filter((view): view is SettingsView => view.settings !== undefined),
  settingsSubject,
);

function settingsSubject({ cluster, settings }: SettingsView): Subject {
  return {
    type: 'settings',
    id: settings.id || cluster.id,
    name: cluster.name ?? cluster.id,
    clusterId: cluster.id,
  };
}

/** The call that gives settings other values. */
export function setting({ cluster }: SettingsView, fields: Partial<SettingsRecord>): NonNullable<Case['fix']> {
  return { tool: 'update_settings', arguments: { clusterId: cluster.id, ...fields } };
}

/** The call that takes fields off the settings. */
export function unsetting(
  { cluster }: SettingsView,
  fields: readonly (keyof SettingsRecord)[],
): NonNullable<Case['fix']> {
  return { tool: 'update_settings', arguments: { clusterId: cluster.id, clear: fields } };
}

/** Of some fields, those whose values pass a test, with their values. */
export function fieldsOf<Field extends keyof SettingsRecord>(
  settings: SettingsRecord,
  fields: readonly Field[],
  test: (value: NonNullable<SettingsRecord[Field]>) => boolean,
): readonly Field[] {
  return fields.filter((field) => {
    const value = settings[field];
    return value !== undefined && value !== null && test(value);
  });
}

/** Values of some fields, by field. */
export function valuesOf(
  settings: SettingsRecord,
  fields: readonly (keyof SettingsRecord)[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field, settings[field]]));
}

/** Whether the API answers secrets, so that one that isn't there isn't set: it may withhold them all (FACTS 3.4). */
const answersSecrets = perSnapshot(({ clusters, routes }) =>
  [...clusters.map(({ settings }) => settings), ...routes.map(({ route }) => route)].some((record) =>
    JSON.stringify(record ?? {}).includes(`"${REDACTED}`),
  ),
);

/** Whether a secret is known not to be set. */
export function lacksSecret(
  secret: string | readonly string[] | undefined,
  snapshot: Parameters<typeof answersSecrets>[0],
) {
  return secret === undefined ? answersSecrets(snapshot) : secret.length === 0;
}
