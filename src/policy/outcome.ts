/** What the visitor gets (PPL.md 1.7). */
export type Outcome =
  | 'allowed'
  | 'login-redirect'
  | 'denied:403'
  | 'denied:404'
  | 'denied:450-device'
  | 'denied:495'
  | 'device-registration-redirect';
