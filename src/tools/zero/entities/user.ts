import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, email, standardFields } from './common.js';

/** A person who signs in through an identity provider, or an API user that holds a token. */
export const UserType = z.enum(['user_type_interactive', 'user_type_api_access']);

/**
 * Role in an organization: owner and admin act as admin of the root namespace, auditor as its viewer, member only where
 * access was granted (FACTS 3.6).
 */
export const OrganizationRole = z.enum(['owner', 'admin', 'auditor', 'member']);

export const UserProperties = z.strictObject({
  email: email().describe('Email address.'),
  displayName: z.string().optional().describe('Name shown to people.'),
  needsOnboarding: z.boolean().describe('Whether onboarding is still open.'),
  photoUrl: z.string().optional().describe('Address of a picture.'),
  type: UserType.describe('Person or API user.'),
  lastLoggedIn: dateTime().optional().describe('Time of the last sign-in.'),
});

export const User = z.strictObject({
  ...standardFields,
  ...UserProperties.shape,
});

export const UserWithOrganizationRole = z.strictObject({
  ...User.shape,
  organizationRole: OrganizationRole.describe('Role in this organization.'),
});

/** Who did something. System work has a display name only (FACTS 3.1). */
export const UserInfo = z.strictObject({
  id: z.string().optional().describe('Id of the user.'),
  email: email().optional().describe('Email address.'),
  displayName: z.string().optional().describe('Name shown to people.'),
  photoUrl: z.string().optional().describe('Address of a picture.'),
});

export const UserIdentityInfo = UserInfo.omit({ id: true });

/** A long-lived credential of an API user or a cluster. */
export const RefreshTokenProperties = z.strictObject({
  refreshToken: secret(z.string(), { minted: true }).describe('Long-lived credential, answered once.'),
});

export const CreateApiAccessUserRequest = z.strictObject({
  name: z.string().describe('What the user is for.'),
  // unknown: FACTS 4.7, the role when left out.
  role: OrganizationRole.optional().describe('Auditor can only read.'),
});

export const CreateApiAccessUserResponse = z.strictObject({
  ...User.shape,
  ...RefreshTokenProperties.shape,
});

export const GetTokenResponse = z.strictObject({
  idToken: secret(z.string()).describe('Credential for every other call.'),
  expiresInSeconds: z.string().describe('Lifetime in seconds, as text.'),
});
