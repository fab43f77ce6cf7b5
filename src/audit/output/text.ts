import type { AuditResult } from '../run-audit.js';
import { groupFindings } from '../summary.js';
import { evidenceOf, fixOf, rulesLines } from './words.js';

/** An audit as lines for a terminal. Names in them are Zero's: whoever prints them makes them printable. */
export function toLines({ summary, findings, rules }: AuditResult): readonly string[] {
  return [
    summary.headline,
    ...summary.worst.map((line) => `  ${line}`),
    ...groupFindings(findings).flatMap(({ check, severity, title, remedy, findings }) => [
      '',
      `${severity.toUpperCase()} ${check} ${title}`,
      ...findings.flatMap(({ subject, evidence, fix }) => [
        `  ${subject.type} ${subject.name} (${subject.id})`,
        ...evidenceOf(evidence).map((line) => `    ${line}`),
        ...(fix ? [`    fix: ${fixOf(fix)}`] : []),
      ]),
      `  ${remedy}`,
    ]),
    ...section('Your rules', rules ? rulesLines(rules) : []),
    ...section('Accepted risks', summary.accepted),
    ...section('Not checked', summary.unchecked),
  ];
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', heading, ...lines.map((line) => `  ${line}`)] : [];
}
