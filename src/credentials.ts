import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from './errors.js';
import { privateDirectory } from './private-directory.js';

/** A file made before the request that mints a credential leaves, so that the credential can't be lost. */
export interface CredentialFile {
  readonly path: string;
  /** Writes the credential, alone and without a newline, and makes it durable. */
  save(value: string): Promise<void>;
  /** Removes the file: nothing was minted. */
  discard(): Promise<void>;
}

/**
 * Opens a new file of mode 0600 in the secrets directory, which must be the user's alone.
 * @param label what the credential belongs to, part of the file's name
 * @throws ToolError `refused` when it could not be kept there; then nothing may be sent
 */
export async function createCredentialFile(directory: string, label: string): Promise<CredentialFile> {
  await privateDirectory(directory);
  const time = new Date().toISOString().replace(/\D/g, '');
  const path = join(directory, `${label}-${time}-${randomBytes(3).toString('hex')}`);
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw new ToolError('refused', `The credential this mints could not be kept: ${directory} can't be written.`, {
      next: 'Nothing was sent. The operator can set --secrets-dir to a directory of their own.',
      cause,
    });
  });
  return {
    path,
    async save(value) {
      await file.writeFile(value);
      await file.sync();
      await file.close();
    },
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
