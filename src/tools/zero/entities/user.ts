import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, email, standardFields } from './common.js';

/** Person signing in through an IdP, or a machine user holding an API token. */
export const UserType = z.enum(['user_type_interactive', 'user_type_api_access']);

/** Organization-wide role. owner and admin act as admin of the global namespace; auditor as its viewer; member only has what was granted. */
export const OrganizationRole = z.enum(['owner', 'admin', 'auditor', 'member']);

export const UserProperties = z.strictObject({
  email: email(),
  displayName: z.string().optional(),
  needsOnboarding: z.boolean(),
  photoUrl: z.string().optional(),
  type: UserType,
  lastLoggedIn: dateTime().optional(),
});

export const User = z.strictObject({
  ...standardFields,
  ...UserProperties.shape,
});

export const UserWithOrganizationRole = z.strictObject({
  ...User.shape,
  organizationRole: OrganizationRole,
});

/** Who did something; every field optional. */
export const UserInfo = z.strictObject({
  id: z.string().optional(),
  email: email().optional(),
  displayName: z.string().optional(),
  photoUrl: z.string().optional(),
});

export const UserIdentityInfo = z.strictObject({
  email: email().optional(),
  displayName: z.string().optional(),
  photoUrl: z.string().optional(),
});

export const RefreshTokenProperties = z.strictObject({
  refreshToken: secret(z.string(), { minted: true }).describe('Long-lived secret; shown once.'),
});

export const CreateApiAccessUserRequest = z.strictObject({
  name: z.string().describe('Free text.'),
  role: OrganizationRole.optional(),
});

export const CreateApiAccessUserResponse = z.strictObject({
  ...User.shape,
  ...RefreshTokenProperties.shape,
});

export const GetTokenResponse = z.strictObject({
  idToken: secret(z.string()).describe('Bearer credential for every other call.'),
  expiresInSeconds: z.string().describe('Lifetime in seconds, as text (the guide shows 3600).'),
});
