/** Pieces that a model's tokenizer is likely to keep apart. */
const PIECES = /\p{Lu}?\p{Ll}+|\p{Lu}+|\d{1,3}| ?[^\p{L}\d]{1,2}|\p{L}/gu;

/**
 * About how many tokens a text is, rather too many than too few. Words count by their length, so that ids (27 letters of
 * mixed case) cost what they do, and other scripts a token a letter.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) {
    tokens += /^[A-Za-z]/.test(piece)
      ? Math.ceil(piece.length / 6)
      : /^[\d\p{P}\p{S}\s]/u.test(piece)
        ? 1
        : piece.length;
  }
  return tokens;
}
