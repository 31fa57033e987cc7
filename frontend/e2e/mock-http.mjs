/** What every answer of the scripted server needs: envelopes, streams, bodies, time. */

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export function ok(response, status, data) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'X-Request-ID': 'mock' });
  response.end(JSON.stringify({ data, error: null, request_id: 'mock' }));
}

export function fail(response, status, code, message_safe) {
  if (response.headersSent) return response.end();
  response.writeHead(status, { 'Content-Type': 'application/json' });
  return response.end(JSON.stringify({ data: null, error: { stage: 'unknown', code, message_safe, retryable: status >= 500, request_id: 'mock' }, request_id: 'mock' }));
}

export function stream(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': hello\n\n');
}

export async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const json = async (request) => JSON.parse((await read(request)).toString());
