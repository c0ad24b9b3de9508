/**
 * A small imitation of the gateway (docs/protocol.md) for working on the front ends alone. Development only: it is
 * not built, not shipped, and no test of the product uses it.
 *
 *   node dev/mock.mjs [port]     serves /api, /config.json and web/dist with a strict Content-Security-Policy
 *
 * What a citizen types decides the answer: see `reply`.
 */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { parse } from 'yaml';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, '../dist');
const scherm = join(here, '../../data/antwoorden/scherm.yaml');
const port = Number(process.argv[2] ?? 5199);
const now = () => new Date().toISOString().replace(/\.\d+/, '');

/** All conversations by id; `session` is the cookie's value. */
const conversations = new Map();
const desks = new Set();
const users = { fatima: { id: 'u1', name: 'Fatima', organisation: 'Gemeente Demodam', role: 'casemanager' }, joost: { id: 'u2', name: 'Joost', organisation: 'UWV', role: 'casemanager' } };
const logins = new Map();
let failing = false;

function conversation(session) {
  for (const one of conversations.values()) if (one.session === session) return one;
  const one = {
    id: randomUUID(), session, seq: 0, messages: [], sockets: new Set(), state: 'bot', epoch: 1, human: null, owner: null,
    topic: 'Huurtoeslag', organisation: { id: 'toeslagen', naam: 'Dienst Toeslagen' }, urgency: 'normaal', reason: 'human', channel: 'web',
    since: null, trust: 'anoniem', transitions: [],
  };
  conversations.set(one.id, one);
  push(one, { text: 'Hallo, ik ben Verbonden. Ik ben een computer van de overheid.\nStel gerust uw vraag, in uw eigen woorden. Ik zoek uit waar u moet zijn. Ik kan ook kijken hoe ver uw zaak is.\nWilt u liever een mens? Zeg dat dan. Dat kan altijd.' });
  return one;
}

function push(one, part) {
  const message = { seq: ++one.seq, author: 'bot', name: 'Verbonden', organisation: '', text: '', buttons: [], links: [], phones: [], card: null, channel: one.channel, at: now(), delivery: 'sent', ...part };
  one.messages.push(message);
  if (message.author !== 'note') for (const socket of one.sockets) socket.send(JSON.stringify({ type: 'message', message }));
  for (const desk of desks) desk.send(JSON.stringify({ type: 'message', conversation: one.id, message }));
  return message;
}

function toState(one, state, human, owner, reason = '') {
  one.transitions.push({ from: one.state, to: state, actor: owner?.name ?? 'Verbonden', reason, at: now() });
  Object.assign(one, { state, human, owner, epoch: one.epoch + 1 });
  if (state === 'queued') one.since = now();
  const place = state === 'queued' ? [...conversations.values()].filter((other) => other.state === 'queued').indexOf(one) + 1 : null;
  for (const socket of one.sockets) socket.send(JSON.stringify({ type: 'state', state, human, place }));
  for (const desk of desks) {
    desk.send(JSON.stringify({ type: 'queue' }));
    desk.send(JSON.stringify({ type: 'state', conversation: one.id, state, epoch: one.epoch, owner }));
    if (state === 'queued' && one.urgency === 'spoed') desk.send(JSON.stringify({ type: 'spoed', conversation: one.id }));
  }
}

function queue(one, reason, urgency = 'normaal') {
  Object.assign(one, { reason, urgency });
  push(one, { text: 'Een mens neemt het gesprek over. U hoeft niets opnieuw te vertellen.\n\nMeestal duurt dat minder dan tien minuten.' });
  toState(one, 'queued', null, null, reason);
}

const zaak = (late) => ({ kind: 'case', number: 'ZAAK-2026-0000000001', title: 'Aanvraag bijzondere bijstand', due: '2027-01-07', late,
  steps: [{ title: 'Ontvangen', state: 'done', at: '2026-10-01' }, { title: 'Gegevens compleet', state: 'done', at: '2026-10-09' }, { title: 'In behandeling', state: 'current', at: '2026-10-12' }, { title: 'Besluit genomen', state: 'todo' }] });

function reply(one, text) {
  const said = text.toLowerCase();
  if (/mens/.test(said)) return queue(one, 'human');
  if (/dood|crisis/.test(said)) {
    push(one, { text: 'Wat naar dat u zich zo voelt. Praat nu met iemand. Dat kan dag en nacht, gratis en anoniem.', phones: [{ title: 'Bel 113', number: '113' }, { title: 'Bel 112 bij direct gevaar', number: '112' }], links: [{ title: 'Chat met 113', url: 'https://www.113.nl' }] });
    return queue(one, 'crisis', 'spoed');
  }
  if (/zaak|aanvraag/.test(said)) return push(one, { text: 'Dit is uw zaak. De gemeente is er nu mee bezig. U hoeft zelf niets te doen.', card: zaak(/laat/.test(said)), links: [{ title: 'Uw zaak bij de gemeente', url: 'https://www.demodam.nl/zaken' }] });
  if (/verhuiz/.test(said)) return push(one, { text: 'Fijn, een nieuw huis. Dit moet u regelen:\n- Geef uw nieuwe adres door aan uw nieuwe gemeente. Dat mag vanaf vier weken voor de verhuizing.\n- Geef het binnen vijf dagen na de verhuizing door.\n- Krijgt u toeslagen? Kijk of uw huur verandert.\n\nMeer leest u op https://www.rijksoverheid.nl/verhuizen.', buttons: [{ title: 'Ik verhuis binnen Nederland', payload: '/a' }, { title: 'Ik ga naar het buitenland', payload: '/b' }, { title: 'Ik wil een mens', payload: '/mens' }] });
  if (/rekening|schuld|betalen/.test(said)) return push(one, { text: 'Vervelend dat het niet meer lukt. U bent niet de enige en er is gratis hulp.\n\nUw gemeente helpt u met uw schulden. U heeft recht op een eerste gesprek binnen vier weken.', phones: [{ title: 'Bel Geldfit', number: '0800 8115' }], links: [{ title: 'Hulp bij schulden in uw gemeente', url: 'https://www.nederlandseschuldhulproute.nl' }], buttons: [{ title: 'Wat moet ik meenemen?', payload: '/x' }, { title: 'Ik wil een mens', payload: '/mens' }] });
  return push(one, { text: 'Huurtoeslag vraagt u aan bij Dienst Toeslagen. Of u het krijgt, hangt af van uw huur, uw inkomen en uw leeftijd.\n\nU kunt het zelf uitrekenen. Dat duurt ongeveer vijf minuten.', links: [{ title: 'Maak een proefberekening', url: 'https://www.toeslagen.nl/proefberekening' }], phones: [{ title: 'Bel Dienst Toeslagen', number: '0800 0543' }], buttons: [{ title: 'Hoe ver is mijn aanvraag?', payload: '/status' }, { title: 'Ik wil een mens', payload: '/mens' }] });
}

function onFrame(one, socket, frame) {
  const answer = (value) => socket.send(JSON.stringify(value));
  if (frame.type === 'ping') return answer({ type: 'pong' });
  if (frame.type === 'typing') return desks.forEach((desk) => desk.send(JSON.stringify({ type: 'typing', conversation: one.id })));
  if (frame.type !== 'message' && frame.type !== 'button') return undefined;
  const known = one.messages.find((message) => message.id === frame.id);
  if (known) return answer({ type: 'accepted', id: frame.id, seq: known.seq });
  const source = one.messages.find((message) => message.seq === frame.seq);
  const text = frame.type === 'button' ? source?.buttons.find((button) => button.payload === frame.payload)?.title ?? '' : frame.text;
  if (text.length > 2000) return answer({ type: 'refused', id: frame.id, code: 'too_long', text: 'Uw bericht is te lang. Maak het korter dan 2000 tekens.' });
  if (/^stil/.test(text)) return undefined; // never answered: to see a slow message
  const message = push(one, { author: 'citizen', name: '', text, id: frame.id });
  answer({ type: 'accepted', id: frame.id, seq: message.seq });
  if (one.state === 'bot' || one.state === 'closed') {
    if (one.state === 'closed') toState(one, 'bot', null, null);
    one.sockets.forEach((each) => each.send(JSON.stringify({ type: 'typing', author: 'bot' })));
    if (!/^typ/.test(text)) setTimeout(() => reply(one, text), 400);
  }
  return undefined;
}

const item = (one) => ({ id: one.id, state: one.state, epoch: one.epoch, urgency: one.urgency, topic: one.topic, organisation: one.organisation, channel: one.channel, language: 'nl', waiting_since: one.since, owner: one.owner, last_text: (one.messages.findLast((m) => m.author !== 'note')?.text ?? '').slice(0, 120), last_at: one.messages.at(-1)?.at ?? now(), reason: one.reason, trust: one.trust });
function summary(one) {
  const first = one.messages.find((message) => message.author === 'citizen');
  if (!first) return null;
  const answer = one.messages.find((message) => message.author === 'bot');
  return { made_at: now(), prose: ['De inwoner vroeg naar huurtoeslag en kreeg uitleg van de computer.', 'Daarna vroeg de inwoner om een mens.', 'Er is geen zaak gevonden.'],
    lines: [{ field: 'vraag', label: 'Vraag', value: first.text, seq: first.seq }, { field: 'onderwerp', label: 'Onderwerp', value: one.topic, seq: first.seq }, { field: 'organisatie', label: 'Organisatie', value: one.organisation?.naam ?? '', seq: answer?.seq ?? first.seq }, { field: 'verteld', label: 'Al verteld', value: answer?.text.slice(0, 100) ?? '', seq: answer?.seq ?? first.seq }, { field: 'vertrouwen', label: 'Wie is het', value: 'Niet bekend (anoniem)', seq: null }] };
}
const detail = (one) => ({ item: item(one), summary: summary(one), messages: one.messages, transitions: one.transitions });

async function balie(request, response, path, body) {
  const send = (status, value) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };
  const cookie = /verbonden_balie=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = logins.get(cookie);
  if (path === 'login') {
    const found = users[body.username];
    if (!found || body.password !== 'demo') return send(401, { code: 'wrong_login', text: 'De naam of het wachtwoord klopt niet.' });
    const token = randomUUID();
    logins.set(token, found);
    response.setHeader('Set-Cookie', `verbonden_balie=${token}; HttpOnly; SameSite=Strict; Path=/`);
    return send(200, { user: found, csrf: token });
  }
  if (!user) return send(401, { code: 'no_session', text: 'U bent niet ingelogd.' });
  if (path === 'me') return send(200, { user, csrf: cookie });
  if (request.method === 'POST' && request.headers['x-csrf-token'] !== cookie) return send(403, { code: 'csrf', text: 'Deze aanvraag komt niet van deze pagina.' });
  if (path === 'logout') return logins.delete(cookie), send(204);
  const all = [...conversations.values()].filter((one) => one.messages.length > 1);
  if (path === 'conversations') {
    const view = new URL(request.url, 'http://x').searchParams.get('view');
    const sets = { waiting: all.filter((one) => one.state === 'queued'), mine: all.filter((one) => one.owner?.id === user.id), all };
    return send(200, { items: (sets[view] ?? all).map(item), counts: { waiting: sets.waiting.length, mine: sets.mine.length, all: all.length } });
  }
  const [, id, action] = path.split('/');
  const one = conversations.get(id);
  if (!one) return send(404, { code: 'not_found', text: 'Dit gesprek bestaat niet.' });
  if (!action) return send(200, detail(one));
  if (action === 'claim') {
    if (one.owner) return send(409, { code: 'claimed_by_other', by: one.owner.name, text: `${one.owner.name} heeft dit gesprek al.` });
    if (body.epoch !== one.epoch) return send(409, { code: 'changed', text: 'Dit gesprek is net veranderd. Kijk opnieuw.' });
    toState(one, 'claimed', { name: user.name, organisation: user.organisation }, { id: user.id, name: user.name });
    return send(200, detail(one));
  }
  if (one.owner?.id !== user.id) return send(409, { code: 'not_yours', text: 'Dit gesprek is niet van u.' });
  if (action === 'messages') return send(200, { seq: push(one, { author: 'human', name: user.name, organisation: user.organisation, text: body.text, id: body.id }).seq });
  if (action === 'notes') return send(200, { seq: push(one, { author: 'note', name: user.name, text: body.text, id: body.id }).seq });
  if (action === 'typing') return one.sockets.forEach((socket) => socket.send(JSON.stringify({ type: 'typing', author: 'human' }))), send(204);
  if (action === 'return') return toState(one, 'bot', null, null, body.reason), send(200, detail(one));
  if (action === 'close') return toState(one, 'closed', null, null, body.outcome), send(200, detail(one));
  return send(404, { code: 'not_found', text: 'Onbekend.' });
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = text ? JSON.parse(text) : {};
  if (path === '/dev/fail') return (failing = body.on), response.end('ok');
  if (path === '/dev/cut') return conversations.forEach((one) => one.sockets.forEach((socket) => socket.terminate())), response.end('ok');
  if (failing) return response.writeHead(503).end();
  if (path === '/dev/embed') {
    // Another page with the chat in its corner: /dev/embed?theme=gemeente
    const theme = new URL(request.url, 'http://x').searchParams.get('theme') ?? 'gemeente';
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    return response.end(`<!doctype html><html lang="nl"><head><title>Embed</title><link rel="stylesheet" href="/thema-${theme}.css"><script type="module" src="/verbonden-chat.js"></script></head><body><main><h1>Een andere site</h1><p>${'Lorem ipsum dolor sit amet. '.repeat(80)}</p></main><aside aria-label="Chat"><verbonden-chat launcher></verbonden-chat></aside></body></html>`);
  }
  if (path === '/dev/seed') return seed(body.count ?? 8), response.end('ok');
  if (path === '/config.json') return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ name: 'Verbonden', texts: parse(readFileSync(scherm, 'utf8')) }));
  if (path === '/api/web/session') {
    const session = /verbonden_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID();
    const one = conversation(session);
    return response.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': `verbonden_session=${session}; HttpOnly; SameSite=Lax; Path=/` }).end(JSON.stringify({ session: one.id, conversation: one.id }));
  }
  if (path.startsWith('/api/balie/')) return balie(request, response, path.slice(11), body);
  try {
    const file = join(dist, normalize(path === '/' ? 'index.html' : path === '/balie' ? 'balie.html' : path));
    const data = readFileSync(`${file}.gz`);
    return response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Encoding': 'gzip', 'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" }).end(data);
  } catch {
    return response.writeHead(404).end();
  }
});

/** A queue to look at: several conversations in different states. */
function seed(count) {
  const topics = [['Uitkering aanvragen', 'uwv', 'UWV', 'hoog', 'klacht', 'whatsapp'], ['Ik red het niet meer', '', '', 'spoed', 'crisis', 'web'], ['Huurtoeslag', 'toeslagen', 'Dienst Toeslagen', 'normaal', 'human', 'sms'], ['Boete te hoog', 'cjib', 'CJIB', 'normaal', 'misunderstood', 'web'], ['Verhuizen', 'gemeente', 'Gemeente Demodam', 'normaal', 'human', 'web']];
  for (let n = 0; n < count; n += 1) {
    const [topic, id, naam, urgency, reason, channel] = topics[n % topics.length];
    const one = conversation(randomUUID());
    Object.assign(one, { topic, organisation: id ? { id, naam } : null, urgency, reason, channel });
    push(one, { author: 'citizen', name: '', text: `Ik heb een vraag over ${topic.toLowerCase()}. Ik kom er zelf niet uit en ik heb al twee keer gebeld.`, id: randomUUID() });
    push(one, { text: 'Vervelend dat u er niet uitkomt. Ik zoek iemand die u helpt.' });
    toState(one, 'queued', null, null, reason);
    one.since = new Date(Date.now() - (n * 7 + 1) * 60_000).toISOString();
  }
}

const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (failing) return socket.destroy();
  const url = new URL(request.url, 'http://x');
  const session = /verbonden_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  return sockets.handleUpgrade(request, socket, head, (client) => {
    if (url.pathname === '/api/balie/ws') {
      desks.add(client);
      return client.on('close', () => desks.delete(client));
    }
    if (!session) return client.close(4401);
    const one = conversation(session);
    one.sockets.add(client);
    client.on('close', () => one.sockets.delete(client));
    client.on('message', (data) => onFrame(one, client, JSON.parse(String(data))));
    const place = one.state === 'queued' ? 1 : null;
    client.send(JSON.stringify({ type: 'welcome', state: one.state, last_seq: one.seq, human: one.human, place }));
    const after = Number(url.searchParams.get('after') ?? 0);
    for (const message of one.messages) if (message.seq > after && message.author !== 'note') client.send(JSON.stringify({ type: 'message', message }));
    return undefined;
  });
});
server.listen(port, '127.0.0.1', () => console.log(`mock gateway on http://127.0.0.1:${port}`));
