const key = 'understudy-admin-token';

/** The token lasts as long as the tab, and no other page sees it. */
export function keepAdminToken(token: string): void {
  sessionStorage.setItem(key, token);
}

export function forgetAdminToken(): void {
  sessionStorage.removeItem(key);
}

/** Headers of a call that changes the server. */
export function adminHeaders(): Record<string, string> {
  const token = sessionStorage.getItem(key);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
