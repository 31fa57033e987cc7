/** How the scripted server takes what a candidate does about an answer, and tells what happens outside a turn. */
import { fail, json, ok, stream, wait } from './mock-http.mjs';

/** Objections, ticks and erasure. Whether the call was one of them. */
export async function answering(session, key, request, response) {
  const [, method, id, what] = key.match(/^(POST|PUT|DELETE) \/turns\/([^/]+)\/(objections|self_check|answer)$/) ?? [];
  if (!what) return false;
  const turn = session.turns.find((t) => t.id === id);
  if (!turn || turn.erased) return fail(response, 404, 'not_found', 'This was not found.'), true;
  if (method === 'DELETE') {
    Object.assign(turn, { erased: true, text: '', star: null, feedback: null, objections: [], self_check: null });
    return response.writeHead(204).end(), true;
  }
  const body = await json(request);
  if (what === 'objections') return turn.objections.push(body), ok(response, 201, body), true;
  turn.self_check = checkOf(turn, body.ticked);
  return ok(response, 200, turn.self_check), true;
}

/** What was ticked, and the drill that the first of the others brings. */
function checkOf(turn, ticked) {
  const { points } = turn.feedback.wire.reference;
  const open = points.find((point) => !ticked.includes(point.id));
  return { ticked, of: points.length, checked_at: new Date().toISOString(), drill: open ? { title: 'One more point', instruction: `Say it again in a minute, with this in it: ${open.text}` } : null };
}

/** Something happened outside a turn. */
export function tell(session, name, data) {
  session.news.push({ name, data });
}

/** The stream of a session, from the event after `Last-Event-ID` on, for as long as the client listens. */
export async function followNews(session, request, response) {
  stream(response);
  for (let at = Number(request.headers['last-event-id'] ?? 0); !response.destroyed; await wait(50)) {
    for (; at < session.news.length; at += 1) {
      const { name, data } = session.news[at];
      response.write(`id: ${at + 1}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }
}
