import { describe, expect, test } from 'vitest';
import { style } from '../../src/approval-page/style.js';

/** The colours of the light scheme, and of the dark one. */
const schemes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, body = '']) => new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]+);/g)].map(([, name, value]) => [name, value])),
);

/** What stands on what. */
const pairs = [
  ...['page', 'sheet', 'tint'].flatMap((ground) => ['ink', 'soft'].map((ink) => [ink, ground])),
  ...['page', 'sheet'].map((ground) => ['link', ground]),
  ...['add', 'cut', 'warn', 'info', 'go', 'grave'].map((ground) => [`${ground}-ink`, ground]),
  ['add-ink', 'add-mark'],
  ['cut-ink', 'cut-mark'],
  ['cut-ink', 'sheet'],
  ['cut-ink', 'page'],
] as [string, string][];

/** The relative luminance of WCAG 2. */
function luminance(color = ''): number {
  const digits = color.length === 4 ? color.replace(/[0-9a-f]/g, '$&$&') : color;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(digits.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each([
  ['light', 0],
  ['dark', 1],
])('in the %s scheme', (_, index) => {
  test.each(pairs)('%s on %s can be read', (ink, ground) => {
    const [one, other] = [ink, ground].map((name) => luminance(schemes[index]?.get(name)));
    const [light, dark] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)];
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
});
