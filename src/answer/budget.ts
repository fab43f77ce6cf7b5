import { textOf } from './text.js';
import { estimateTokens } from './tokens.js';

type Fields = Readonly<Record<string, unknown>>;

/** What an answer costs: some hosts show the model the text, others the structure, and the dearer one counts. */
export function costOf(content: Fields): number {
  return Math.max(estimateTokens(JSON.stringify(content)), estimateTokens(textOf(content)));
}

/** What a list says beside its rows. */
export interface Page {
  readonly offset: number;
  /** Whether there are rows behind these. */
  readonly hasMore: boolean;
}

/** A list's answer, cut behind the last record that fits; a first record too large for itself loses fields. */
export function fitRows(items: readonly unknown[], { offset, hasMore }: Page, rest: Fields, budget: number): Fields {
  const answer = (count: number): Fields => {
    const isCut = count < items.length;
    return {
      items: items.slice(0, count),
      ...(!hasMore && offset === 0 && { total: items.length }),
      ...((isCut || hasMore) && { nextOffset: offset + count }),
      ...(isCut && { omitted: omittedRows(items.length - count, budget, offset + count) }),
      ...rest,
    };
  };
  const count = mostThat(items.length, (some) => costOf(answer(some)) <= budget);
  if (count > 0 || items.length === 0) return answer(count);
  const first = fitRecord(Object(items[0]) as Fields, budget - costOf({ ...answer(1), items: [] }));
  return { ...answer(1), items: [first] };
}

function omittedRows(count: number, budget: number, next: number): string {
  const rows = count === 1 ? '1 row' : `${count} rows`;
  return `${rows}, to stay within ${budget} tokens: call again with offset ${next}, or ask for fewer fields.`;
}

/**
 * An answer that is one record: where it is too large, its largest field is cut behind the last element that fits, or
 * left out, and then the next. What was left out is named in `omitted`.
 */
export function fitRecord(record: Fields, budget: number): Fields {
  if (costOf(record) <= budget) return record;
  const left: string[] = [];
  let cut = record;
  const told = () => ({
    ...cut,
    omitted: [...asList(record.omitted), `To stay within ${budget} tokens: ${left.join(', ')}.`].join(' '),
  });
  const bySize = Object.keys(record)
    .filter((name) => !KEPT.includes(name))
    .map((name) => [name, estimateTokens(JSON.stringify(record[name] ?? null))] as const)
    .sort(([, a], [, b]) => b - a);
  for (const [name] of bySize) {
    const value = record[name];
    const { [name]: _, ...others } = cut;
    left.push(name);
    cut = others;
    if (Array.isArray(value)) {
      const most = value.length - 1;
      const some = (count: number) => ({ ...others, [name]: value.slice(0, count) });
      const label = (count: number) => `${value.length - count} of ${value.length} ${name}`;
      const count = mostThat(most, (shown) => {
        cut = some(shown);
        left[left.length - 1] = label(shown);
        return costOf(told()) <= budget;
      });
      cut = count > 0 ? some(count) : others;
      left[left.length - 1] = count > 0 ? label(count) : name;
    }
    if (costOf(told()) <= budget) break;
  }
  return told();
}

/** What an answer never loses. */
const KEPT = ['id', 'name', 'omitted', 'notices', 'message'];

const asList = (value: unknown) => (typeof value === 'string' ? [value] : []);

/** The largest number up to `most` that fits; what fits less of fits too. */
function mostThat(most: number, fits: (count: number) => boolean): number {
  if (fits(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
