/** Pieces that a model's tokenizer is likely to keep apart. */
const PIECES = /\p{Lu}?\p{Ll}+|\p{Lu}+|\d{1,3}| ?[^\p{L}\d]{1,2}|\p{L}/gu;

/**
 * About how many tokens a text is, rather too many than too few. A word is one or two, a run of consonants, such as ids
 * are made of, one for every two letters, and other scripts are one a letter.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) {
    const { length } = piece;
    if (!/^\p{L}/u.test(piece)) tokens += 1;
    else if (!/^[A-Za-z]/.test(piece)) tokens += length;
    else tokens += Math.ceil(length / (/[aeiou]/i.test(piece) ? 6 : 2));
  }
  return tokens;
}
