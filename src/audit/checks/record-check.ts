import type { Check, Part, Subject } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import type { Case } from './policy-terms.js';

type Declared<Item> = Omit<Check, 'subject' | 'needs' | 'find'> & {
  readonly needs?: Check['needs'];
  readonly find: (item: Item, snapshot: Snapshot) => Case | undefined;
};

/** Answers how to write a check that looks at one record of a kind after the other. */
export function checkOf<Item>(
  type: Subject['type'],
  part: Part,
  itemsOf: (snapshot: Snapshot) => readonly Item[],
  subjectOf: (item: Item, snapshot: Snapshot) => Subject,
): (declared: Declared<Item>) => Check {
  return ({ needs = [part], find, ...check }) => ({
    ...check,
    subject: type,
    needs,
    find: (snapshot) =>
      itemsOf(snapshot).flatMap((item) => {
        const found = find(item, snapshot);
        return found ? [{ subject: subjectOf(item, snapshot), ...found }] : [];
      }),
  });
}

/** Whether a part could not be read: of a cluster, or of any of them. */
export function isMissing({ missing }: Snapshot, part: Part, clusterId?: string): boolean {
  return missing.some(
    (gap) =>
      gap.part === part && (gap.clusterId === undefined || clusterId === undefined || gap.clusterId === clusterId),
  );
}
