import {
  Composer,
  CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  Scalar,
  type YAMLMap,
} from 'yaml';
import type { Json } from './ppl.js';
import { kindOfKey, resolveScalar, YamlError } from './yaml-scalar.js';

/** Where something is in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and indices from the top of a document to a value in it. */
export type Path = readonly (string | number)[];

export interface YamlDocument {
  readonly json: Json;
  /** Where the value at `path` begins (its key, in a mapping); of the nearest value above, when that is no place in the text. */
  readonly locate: (path: Path) => Position;
}

export interface YamlFailure {
  /** As Go's yaml.v3 or encoding/json tell it, where they have words for it. */
  readonly message: string;
  readonly position?: Position;
}

/**
 * The first document of a text as yaml.v3 reads it into an `interface{}` and encoding/json writes that: what comes after
 * the document is ignored, `yes` and dates are texts, keys must be texts, and numbers must be finite.
 * Stricter than Go in what YAML 1.2 asks: what stands between brackets or quotes is indented, and a text is all one document.
 */
export function readYaml(given: string): YamlDocument | YamlFailure {
  const text = given.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (CONTROL.test(text)) return { message: 'yaml: control characters are not allowed' };
  try {
    const document = firstDocument(text, lines);
    if (!document) return { message: 'EOF' };
    const { contents, errors } = document;
    const version = document.directives?.yaml;
    if (version?.explicit && version.version !== '1.1') return { message: 'yaml: found incompatible YAML document' };
    const [error] = errors;
    if (error) {
      const at = position(error.pos[0]);
      return { message: `yaml: line ${at.line}: ${inGoWords(error.code, error.message, text)}`, position: at };
    }
    const reader = createReader((offset) => position(offset).line);
    const json = contents ? reader.read(contents) : null;
    reader.finish();
    return { json, locate: (path) => position(offsetOf(contents, path)) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { message: error.message, position: error.line === undefined ? undefined : { line: error.line, column: 1 } };
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what YAML forbids
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Deeper than any policy; far below what would overflow the stack. */
const MAX_DEPTH = 500;

function firstDocument(text: string, lines: LineCounter) {
  const options = {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    keepSourceTokens: true,
  } as const;
  for (const document of new Composer(options).compose(tokensOf(text, lines))) return document;
  return undefined;
}

/** Up to the end of the first document. What follows a flow collection at the top is another document to Go. */
function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const flowEnd = startsWithFlow(text) ? 0 : Number.NaN;
  let depth = 0;
  let mayBegin = true;
  for (const lexeme of new Lexer().lex(text)) {
    // Where a collection or key may begin, Go takes no tab; between brackets it does.
    if (depth === 0 && mayBegin && /^ *\t/.test(lexeme)) {
      throw noToken(lines.linePos(parser.offset).line);
    }
    // The library passes over a bracket that closes nothing.
    if (depth === 0 && (lexeme === '}' || lexeme === ']'))
      throw new YamlError('yaml: did not find expected node content');
    mayBegin = BEFORE_A_BEGINNING.has(lexeme) || (mayBegin && /^ +$/.test(lexeme));
    for (const token of parser.next(lexeme)) {
      yield token;
      if (token.type === 'document') return;
    }
    if (parser.stack.length > MAX_DEPTH) throw new YamlError(`yaml: exceeded max depth of ${MAX_DEPTH}`);
    if (lexeme === '{' || lexeme === '[') depth++;
    else if ((lexeme === '}' || lexeme === ']') && --depth === flowEnd && !isKey(text, parser.offset)) {
      const [before] = NO_TOKEN.exec(text.slice(parser.offset)) ?? [];
      if (before) throw noToken(text.slice(0, parser.offset + before.length).split('\n').length);
      break;
    }
  }
  yield* parser.end();
}

/** The lexer's signs for a document's begin, the ends of lines, and what an entry or a key begins with. */
const BEFORE_A_BEGINNING: ReadonlySet<string> = new Set([CST.DOCUMENT, '\n', '\r\n', '-', '?']);

/** What Go stumbles upon when it looks for the next document: a tab at the begin of a line, `@` and the back quote. */
const NO_TOKEN = /^[ \t]*(#.*)?(\r?\n *(#.*)?)*([@`]|(?<=\n *)\t)/;

function noToken(line: number): YamlError {
  return new YamlError(`yaml: ${line > 1 ? `line ${line}: ` : ''}found character that cannot start any token`, line);
}

function startsWithFlow(text: string): boolean {
  return /^\uFEFF?(\s|#[^\n]*\n|%[^\n]*\n|---\s)*[[{]/.test(text);
}

/** Whether what ended before `offset` is the key of a mapping. */
function isKey(text: string, offset: number): boolean {
  return /^[ \t]*:/.test(text.slice(offset, offset + 100));
}

const GO_WORDS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BAD_DIRECTIVE: 'found unknown directive name',
};

function inGoWords(code: string, message: string, text: string): string {
  const known = GO_WORDS[code];
  if (known) return known;
  if (/closing .*quote/.test(message)) return 'found unexpected end of stream';
  const bracket = /^Flow (map|sequence)/.exec(message)?.[1];
  if (bracket && /[[{,]\s*$/.test(text)) return 'did not find expected node content';
  if (bracket) return `did not find expected ',' or '${bracket === 'map' ? '}' : ']'}'`;
  return message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? message;
}

/** yaml.v3's bound on how much of a document may come from aliases, which ends "billion laughs". */
function allowedAliasShare(decoded: number): number {
  if (decoded <= 400_000) return 0.99;
  if (decoded >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000);
}

function createReader(lineAt: (offset: number) => number) {
  const anchors = new Map<string, ParsedNode>();
  const open = new Set<ParsedNode>();
  const typeErrors: string[] = [];
  let marshalError: string | undefined;
  let decoded = 0;
  let fromAliases = 0;
  let aliasDepth = 0;

  function read(node: ParsedNode): Json {
    decoded++;
    if (aliasDepth > 0) fromAliases++;
    if (fromAliases > 100 && decoded > 1000 && fromAliases / decoded > allowedAliasShare(decoded)) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
    if (isAlias(node)) {
      const target = aliased(node.source);
      aliasDepth++;
      const value = read(target);
      aliasDepth--;
      return value;
    }
    if (node.anchor) anchors.set(node.anchor, node);
    if (isScalar(node)) {
      const value = resolveScalar(node);
      if (typeof value === 'number' && !Number.isFinite(value)) {
        marshalError ??= `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`}`;
        return null;
      }
      return value;
    }
    open.add(node);
    const value = isSeq<ParsedNode>(node) ? node.items.map(read) : Object.fromEntries(fields(node as MapNode));
    open.delete(node);
    return value;
  }

  function aliased(name: string): ParsedNode {
    const target = anchors.get(name);
    if (!target) throw new YamlError(`yaml: unknown anchor '${name}' referenced`);
    if (open.has(target)) throw new YamlError(`yaml: anchor '${name}' value contains itself`);
    return target;
  }

  /** Keys in order; what is merged in gives way to what is written. */
  function fields(map: MapNode): Map<string, Json> {
    const own = new Map<string, Json>();
    const merged: ParsedNode[] = [];
    const firstLines = new Map<string, number>();
    for (const { key, value } of map.items) {
      const scalar = isAlias(key) ? aliased(key.source) : key;
      if (!isScalar(scalar)) {
        marshalError ??= NOT_A_TEXT;
        continue;
      }
      if (scalar.anchor && scalar === key) anchors.set(scalar.anchor, key);
      const kind = kindOfKey(scalar);
      const line = lineAt(key?.range?.[0] ?? 0);
      const text = String(scalar.value);
      const same = JSON.stringify([kind, text]);
      const before = firstLines.get(same);
      if (before !== undefined) {
        typeErrors.push(`line ${line}: mapping key ${JSON.stringify(text)} already defined at line ${before}`);
      }
      firstLines.set(same, line);
      if (kind === 'other') marshalError ??= NOT_A_TEXT;
      else if (kind === 'text') own.set(String(resolveScalar(scalar)), value ? read(value) : null);
      else if (value) merged.push(value);
    }
    for (const node of merged) {
      for (const [name, value] of mergedFields(node)) if (!own.has(name)) own.set(name, value);
    }
    return own;
  }

  function mergedFields(node: ParsedNode): readonly (readonly [string, Json])[] {
    const sources = isSeq<ParsedNode>(node) ? node.items : [node];
    return sources.flatMap((source) => {
      if (!isMap(isAlias(source) ? aliased(source.source) : source)) {
        throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
      }
      const value = read(source);
      return typeof value === 'object' && value !== null ? Object.entries(value) : [];
    });
  }

  return {
    read,
    /** @throws YamlError for what Go tells only when all is read */
    finish() {
      if (typeErrors.length > 0) throw new YamlError(`yaml: unmarshal errors:\n  ${typeErrors.join('\n  ')}`);
      if (marshalError !== undefined) throw new YamlError(marshalError);
    },
  };
}

type MapNode = YAMLMap<ParsedNode, ParsedNode | null>;

const NOT_A_TEXT = 'json: unsupported type: map[interface {}]interface {}';

function offsetOf(root: ParsedNode | null, path: Path): number {
  let node = root;
  let offset = root?.range[0] ?? 0;
  for (const step of path) {
    if (isSeq<ParsedNode>(node) && typeof step === 'number') {
      node = node.items[step] ?? null;
      offset = node?.range[0] ?? offset;
    } else if (isMap(node)) {
      const pair = (node as MapNode).items.find(({ key }) => key instanceof Scalar && String(key.value) === step);
      if (!pair) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else break;
  }
  return offset;
}
