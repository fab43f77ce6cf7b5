import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from './errors.js';

/** A file made before the request that mints a credential leaves, so that the credential can't be lost. */
export interface CredentialFile {
  readonly path: string;
  /** Writes the credential, alone and without a newline, and makes it durable. */
  save(value: string): Promise<void>;
  /** Removes the file: nothing was minted. */
  discard(): Promise<void>;
}

/**
 * Opens a new file of mode 0600 in the secrets directory (0700).
 * @param label what the credential belongs to, part of the file's name
 * @throws ToolError `refused` when the directory can't be written; then nothing may be sent
 */
export async function createCredentialFile(directory: string, label: string): Promise<CredentialFile> {
  const path = join(
    directory,
    `${label}-${new Date().toISOString().replace(/\D/g, '')}-${randomBytes(3).toString('hex')}`,
  );
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    const file = await open(path, 'wx', 0o600);
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
  } catch (cause) {
    throw new ToolError('refused', `The credential this mints could not be kept: ${directory} can't be written.`, {
      next: 'Nothing was sent. The operator can set --secrets-dir to a directory of their own.',
      cause,
    });
  }
}
