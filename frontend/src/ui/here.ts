/** What people call the machine that the server runs on: their own, where the page comes from it. */
export function here(host: string = window.location.hostname): string {
  const own = host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host);
  return own ? 'this computer' : 'this server';
}
