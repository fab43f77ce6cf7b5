import { createHmac, randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { privateDirectory } from './private-directory.js';

/** Who speaks for this process: the operating-system user, and which API token, without the token. */
export interface Identity {
  readonly principal: string;
  /** 32 bytes that never leave the state directory; digests and sealed states are made with them. */
  readonly key: Uint8Array;
}

/**
 * Reads the state directory's key, making it at the first use.
 * @param readToken the API token, read once: a renewed token is the same principal
 */
export function createIdentity(stateDirectory: string, readToken: () => Promise<string>): () => Promise<Identity> {
  const load = async (): Promise<Identity> => {
    const key = await readKey(stateDirectory);
    const token = createHmac('sha256', key)
      .update(await readToken())
      .digest('hex')
      .slice(0, 16);
    return { principal: `${userInfo().username}/${token}`, key };
  };
  let identity: Promise<Identity> | undefined;
  return () => {
    identity ??= load().catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  };
}

/** The key of a state directory. Of two processes that make it at once, one wins and both use its key. */
export async function readKey(stateDirectory: string): Promise<Uint8Array> {
  await privateDirectory(stateDirectory);
  const path = join(stateDirectory, 'key');
  const draft = `${path}-${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(randomBytes(32));
  await file.sync();
  await file.close();
  // Linking makes the whole key appear at once, or fails because there is one.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return readFile(path);
}
