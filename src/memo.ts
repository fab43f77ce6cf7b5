/** Remembers what a pure function answers to texts. At `most` of them it forgets all and begins anew. */
export function memo<Answer>(compute: (text: string) => Answer, most: number): (text: string) => Answer {
  const known = new Map<string, { readonly answer: Answer }>();
  return (text) => {
    const entry = known.get(text) ?? { answer: compute(text) };
    if (known.size >= most) known.clear();
    known.set(text, entry);
    return entry.answer;
  };
}
