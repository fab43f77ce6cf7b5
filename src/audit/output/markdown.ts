import type { AuditResult } from '../run-audit.js';
import { type Group, groupFindings, placeOf } from '../summary.js';
import { evidenceOf, fixOf, rulesLines } from './words.js';

/** An audit as a Markdown document: the summary first, then a section for each check that found something. */
export function toMarkdown(result: AuditResult): string {
  const { summary, findings, at, rules } = result;
  const blocks = [
    `# Audit of ${inline(placeOf(result))}`,
    `${inline(summary.headline)} Read at ${at}.`,
    list(summary.worst, '## The worst'),
    ...groupFindings(findings).map(section),
    list(rules ? rulesLines(rules) : [], '## Your rules'),
    list(summary.accepted, '## Accepted risks'),
    list(summary.unchecked, '## Not checked'),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function section({ check, severity, title, why, remedy, sources, findings }: Group): string {
  const records = findings.map(({ subject, evidence, fix }) =>
    [
      `- ${subject.type} **${inline(subject.name || subject.id)}** (${inline(subject.id)})`,
      ...evidenceOf(evidence).map((line) => `  - ${inline(line)}`),
      ...(fix ? [`  - fix: ${inline(fixOf(fix))}`] : []),
    ].join('\n'),
  );
  return [
    `## ${check} ${inline(title)} (${severity})`,
    `${inline(why)} ${inline(remedy)}`,
    records.join('\n'),
    ...(sources.length > 0 ? [`Sources: ${sources.map(inline).join('; ')}`] : []),
  ].join('\n\n');
}

function list(lines: readonly string[], heading: string): string {
  return lines.length > 0 ? `${heading}\n\n${lines.map((line) => `- ${inline(line)}`).join('\n')}` : '';
}

/** Text on one line that Markdown and HTML take for text. */
function inline(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.replace(/[\\`*_{}[\]<>|#~&]/g, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`));
}
