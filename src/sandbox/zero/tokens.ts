import type { z } from 'zod';
import { type GetTokenResponse, RefreshTokenProperties } from '../../tools/zero/entities/user.js';
import { issueIdToken } from '../auth.js';
import { type Behaviours, Refusal } from '../behaviour.js';

export const tokens: Behaviours = {
  /** The refresh token isn't consumed; the lifetime is text (FACTS 3.2). */
  get_id_token({ world, body }): z.infer<typeof GetTokenResponse> {
    const { refreshToken } = RefreshTokenProperties.parse(body);
    const row = Object.values(world.state.refreshTokens).find(({ token }) => token === refreshToken);
    if (!row || !world.state.users[row.userId]) throw new Refusal(401, 'invalid refresh token');
    return { idToken: issueIdToken(world, row.userId), expiresInSeconds: String(world.switches.idTokenSeconds) };
  },
};
