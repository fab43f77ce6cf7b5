import {
  ProtocolError,
  ProtocolErrorCode,
  type Resource,
  ResourceNotFoundError,
  type Server,
} from '@modelcontextprotocol/server';
import type { Call } from '../call.js';
import { quote } from '../errors.js';
import type { Read } from '../guard/affected.js';
import type { Pin } from '../input.js';
import type { AdvertisedTool } from '../schemas.js';
import { addressesOf, choicesOf, FORMATS, targetOf } from './address.js';
import { among, type Completion, completeRecord, type Wish } from './complete.js';
import { guideAt, guideResources } from './guides.js';
import { inWords } from './in-words.js';
import { isWhole, listRecords } from './list.js';
import { toMarkdown } from './markdown.js';
import { type Listening, type Pace, serveSubscriptions } from './subscribe.js';

/** Entries of one page of `resources/list`. */
const PAGE = 100;

export interface ResourceDeps {
  /** The tools that are offered. */
  readonly tools: readonly AdvertisedTool[];
  readonly pin: Pin;
  readonly loadEngine: () => Promise<{ readonly call: Call; readonly sources: { readonly read: Read } }>;
  readonly listening?: Listening;
  readonly pace?: Pace;
}

/** Resources of a server, as far as they need more than themselves. */
export interface Resources {
  /** Completes a variable of a template. */
  complete(template: string, wish: Wish): Promise<Completion>;
}

/** Serves every read that has an address, and the guides. */
export function serveResources(server: Server, { tools, pin, loadEngine, listening, pace }: ResourceDeps): Resources {
  const addresses = addressesOf(tools, pin);
  const templates = addresses
    .filter((address) => !isWhole(address))
    .map(({ tool: { name, title, description }, template }) => {
      return { uriTemplate: template, name, title, description, mimeType: 'application/json' };
    });

  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: templates }));

  server.setRequestHandler('resources/list', async ({ params }) => {
    const start = offsetOf(params?.cursor);
    const { sources } = await loadEngine();
    const records = await inWords(listRecords(addresses, sources.read, pin));
    const all: readonly Resource[] = [...records, ...guideResources];
    const end = start + PAGE;
    return { resources: all.slice(start, end), ...(end < all.length && { nextCursor: String(end) }) };
  });

  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    const guide = guideAt(uri);
    if (guide) return { contents: [guide] };
    const target = targetOf(uri, addresses);
    if (!target)
      throw new ResourceNotFoundError(uri, `Nothing here has the address ${quote(uri)}. List the templates.`);
    const { address, args, format } = target;
    if (!FORMATS.includes(format)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `format: expected ${FORMATS.join(' or ')}.`);
    }
    const { call } = await loadEngine();
    const { tool } = address;
    const { properties = {} } = tool.inputSchema;
    // A list may be long; one record is what was asked for, and all of it.
    const detail = 'detail' in properties && !('limit' in properties) && { detail: 'full' };
    const answer = await call(tool.name, { ...detail, ...args }, { signal: mcpReq.signal });
    const { structuredContent, isError, meta } = answer;
    if (isError) throw failureOf(uri, structuredContent);
    const shown =
      format === 'markdown'
        ? { mimeType: 'text/markdown', text: await toMarkdown(tool.title, structuredContent) }
        : { mimeType: 'application/json', text: JSON.stringify(structuredContent) };
    return { contents: [{ uri, ...shown, ...(Object.keys(meta).length > 0 && { _meta: { ...meta } }) }] };
  });

  const loadRead = async () => (await loadEngine()).sources.read;
  serveSubscriptions(server, addresses, { loadRead, pin, listening, pace });

  return {
    async complete(template, wish) {
      const address = addresses.find((one) => one.template === template);
      if (!address) throw new ResourceNotFoundError(template, `No template is ${quote(template)}.`);
      const choices = choicesOf(address.tool, wish.name);
      if (choices.length > 0) return among(choices, wish.value);
      const { sources } = await loadEngine();
      return inWords(completeRecord(wish, 'id', sources.read, pin));
    },
  };
}

/** A failed read as the protocol has it, in the words that the tool would have answered. */
function failureOf(uri: string, content: Readonly<Record<string, unknown>>): ProtocolError {
  const { kind, message } = Object(content.error) as { kind?: unknown; message?: unknown };
  const text = String(message ?? 'The read failed.');
  if (kind === 'not_found') return new ResourceNotFoundError(uri, text);
  const isTheirs = kind === 'internal' || kind === 'server_error' || kind === 'timeout' || kind === 'unreachable';
  return new ProtocolError(isTheirs ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams, text);
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,9}$/.test(cursor)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown cursor.');
  return Number(cursor);
}
