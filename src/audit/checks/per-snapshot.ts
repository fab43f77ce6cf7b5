import type { Snapshot } from '../snapshot.js';

/** What is computed from a snapshot, once for each: many checks look at the same things. */
export function perSnapshot<Value>(compute: (snapshot: Snapshot) => Value): (snapshot: Snapshot) => Value {
  const known = new WeakMap<Snapshot, { readonly value: Value }>();
  return (snapshot) => {
    const entry = known.get(snapshot) ?? { value: compute(snapshot) };
    known.set(snapshot, entry);
    return entry.value;
  };
}
