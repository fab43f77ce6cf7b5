import { isDeepStrictEqual } from 'node:util';
import { CHANGED, line, SECRET, word } from '../plain-text.js';
import type { Hidden } from '../secret.js';
import type { PlannedField } from './plan.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Copies a record with each secret replaced by what `hide` answers. */
export type Redactor = (record: Fields, hide: (hidden: Hidden) => unknown) => Fields;

/** What Zero keeps, counts or works out by itself: nobody changes it, and some of it differs at every look. */
const COMPUTED: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'policies',
  'routes',
  'enforcedPolicies',
  'enforcedPolicyIds',
  'enforcedRoutes',
  'hasFailingHealthChecks',
  'minReplicaVersion',
  'componentVersions',
  'onboardingStatus',
  'lastLoggedIn',
]);

/**
 * The fields that differ between two states of a record, by name; all of them where only one state is given. A secret
 * is compared and never shown.
 */
export function changedFields(redacted: Redactor, before: Fields = {}, after: Fields = {}): readonly PlannedField[] {
  const old = new Map<string, unknown>();
  const shownBefore = redacted(before, ({ path, value }) => {
    old.set(path, value);
    return SECRET;
  });
  const shownAfter = redacted(after, ({ path, value }) =>
    old.has(path) && !isDeepStrictEqual(old.get(path), value) ? CHANGED : SECRET,
  );
  const text = (shown: Fields, name: string) =>
    Object.hasOwn(shown, name) && shown[name] !== undefined ? line(shown[name]) : undefined;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !COMPUTED.has(name) && !isDeepStrictEqual(before[name], after[name]))
    .sort()
    .map((name) => {
      const [was, is] = [text(shownBefore, name), text(shownAfter, name)];
      return { name: word(name), ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
    });
}

/** What a record goes by; its id when it has no name. */
export function nameOf(record: Fields | undefined): string | undefined {
  const names = ['name', 'email', 'domainName', 'description', 'displayName'].map((field) => record?.[field]);
  return names.find((name): name is string => typeof name === 'string' && name !== '');
}
