export type Fields = Readonly<Record<string, unknown>>;

/** A tool's answer as an agent reads it. */
export interface Reply {
  readonly isError: boolean;
  readonly content: Fields;
  /** What went wrong, in the server's words; empty when nothing did. */
  readonly message: string;
}

/** Calls a tool; a failure is a reply too. */
export type CallTool = (name: string, args: Fields) => Promise<Reply>;

/** What became of a change: done, or why not. */
export type Change = { readonly done: Fields } | { readonly refused: string };

/** What a script does with the server. */
export interface Zero {
  /** Answers the content; throws the error's text. */
  read(name: string, args?: Fields): Promise<Fields>;
  /** Items of a list. */
  items(name: string, args?: Fields): Promise<readonly Fields[]>;
  cluster(name: 'production' | 'staging'): Promise<{ readonly clusterId: string; readonly namespaceId: string }>;
  /** The id of the one record of this kind and name. */
  idOf(type: string, name: string): Promise<string>;
  /** Makes a change; when a person has to confirm it first, makes the same call again until they have answered. */
  change(name: string, args?: Fields): Promise<Change>;
}

/** Turns of waiting for a person's answer. */
const PATIENCE = 100;

/** `pause` waits a moment for the person. */
export function createZero(call: CallTool, pause: () => Promise<void>): Zero {
  const read: Zero['read'] = async (name, args = {}) => {
    const { isError, content, message } = await call(name, args);
    if (isError) throw new Error(`${name}: ${message}`);
    return content;
  };
  const items: Zero['items'] = async (name, args) => (await read(name, args)).items as readonly Fields[];
  return {
    read,
    items,
    async cluster(name) {
      const { id, namespaceId } = only(await items('list_clusters'), 'name', name);
      return { clusterId: String(id), namespaceId: String(namespaceId ?? id) };
    },
    async idOf(type, name) {
      return String(only(await items('find', { text: name, type }), 'name', name).id);
    },
    async change(name, args = {}) {
      for (let turn = 0; turn < PATIENCE; turn += 1) {
        const { isError, content, message } = await call(name, args);
        if (isError) return { refused: message };
        if (!content.confirmation_required) return { done: content };
        await pause();
      }
      return { refused: 'Nobody answered the question.' };
    },
  };
}

/** The one record with this value in this field. */
export function only(records: readonly Fields[], field: string, value: unknown): Fields {
  const found = records.filter((record) => record[field] === value);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} records have ${field} ${String(value)}`);
  return found[0];
}

export function names(records: readonly Fields[]): string {
  return records.map(({ name }) => String(name)).join(', ');
}
