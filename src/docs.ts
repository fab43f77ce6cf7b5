import { optionTable } from './config/options.js';
import { TOKEN_VARIABLE } from './config.js';
import { type Catalog, CORE } from './operation.js';
import type { Composite } from './procedure.js';

/** The README with its generated parts made anew. Throws when a part's markers are missing. */
export function writeDocs(readme: string, catalog: Catalog, composites: readonly Composite[]): string {
  const withOptions = replacePart(readme, 'options', optionRows());
  return replacePart(withOptions, 'tools', toolTables(catalog, composites));
}

/** A text with what is between `<!-- name:start -->` and `<!-- name:end -->` made anew. Throws when one is missing. */
export function replacePart(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, rest] = split(text, start);
  const [, after] = split(rest, end);
  return `${before}${start}\n${content}\n${end}${after}`;
}

function split(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`The marker ${marker} is missing.`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function optionRows(): string {
  const rows = optionTable.map(({ name, flag, placeholder, env, description, default: value, defaultText }) => [
    code([flag, placeholder].filter(Boolean).join(' ')),
    code(env),
    name === 'config' ? '' : code(name),
    defaultText ?? (value === undefined ? '' : code(value)),
    description,
  ]);
  const token = ['', code(TOKEN_VARIABLE), '', '', 'The API token. There is no flag and no key for it.'];
  return table(['Flag', 'Variable', 'Key in the file', 'Default', ''], [...rows, token]);
}

function toolTables({ toolsets, operations }: Catalog, composites: readonly Composite[]): string {
  const sections = Object.entries(toolsets).map(([toolset, summary]) => {
    const rows = [...operations, ...composites]
      .filter((tool) => tool.toolset === toolset)
      .map(({ name, description, effect, core }) => [code(name), description, effect, core ? 'yes' : '']);
    return `#### ${toolset}\n\n${summary}.\n\n${table(['Tool', 'What it does', 'Effect', code(CORE)], rows)}`;
  });
  return sections.join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
