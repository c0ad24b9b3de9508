// The telephone: which number, which channel, and what is sent.
import { render } from './gesprek.js';
import { knobs, logLine } from './knoppen.js';

const texts = JSON.parse(document.getElementById('texts').textContent);
const $ = (selector) => document.querySelector(selector);
const number = $('#number'), name = $('#name'), text = $('#text'), problem = $('.composer .problem');
const MAX_FILE = 16 * 1024 * 1024;
const state = { channel: 'sms', number: '+31612345678', quoted: null, settings: {}, last: '' };

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

async function call(method, path, body) {
  const options = method === 'GET' ? {} : { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) };
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** "06 12345678" and "0612345678" become E.164; a short code stays; anything else is null. */
function normal(value) {
  const squeezed = value.replace(/[\s().-]/g, '').replace(/^00/, '+').replace(/^0(?=\d{9}$)/, '+31');
  return /^(\+[1-9]\d{6,14}|\d{3,6})$/.test(squeezed) ? squeezed : null;
}

let wanted = 0;
async function refresh() {
  const mine = ++wanted;
  const query = new URLSearchParams({ channel: state.channel, number: state.number });
  const found = await call('GET', `fake/thread?${query}`);
  if (mine !== wanted) return; // a newer question is under way
  const key = JSON.stringify([state.channel, state.number, found.messages]);
  if (key !== state.last) {
    state.last = key;
    render($('.messages'), found.messages, { channel: state.channel, send, menu, quote });
    $('.empty').hidden = found.messages.length > 0;
    $('.thread').scrollTop = $('.thread').scrollHeight;
  }
  showNumber(found.number);
}

function showNumber(found) {
  const own = found[state.channel] ?? {};
  $('.opted-out').hidden = !own.opted_out;
  if (state.channel !== 'whatsapp') return;
  const left = Math.max(0, own.window_until - Date.now() / 1000);
  $('.window').textContent = left
    ? fill(texts.venster.open, { uren: Math.floor(left / 3600), minuten: Math.floor((left % 3600) / 60) })
    : texts.venster.dicht;
  $('.lapse').hidden = !left;
}

let soon;
function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(() => refresh().catch(() => {}), 80);
}

async function send(message) {
  problem.hidden = true;
  const extra = state.channel === 'whatsapp' ? { name: name.value } : {};
  if (state.quoted && state.channel === 'whatsapp') extra.reply_to = state.quoted;
  try {
    await call('POST', 'fake/inbound', { channel: state.channel, from: state.number, text: '', ...extra, ...message });
  } catch {
    problem.textContent = texts.gesprek.niet_verstuurd;
    problem.hidden = false;
    return false;
  }
  quote(null);
  await refresh();
  return true;
}

function quote(message) {
  state.quoted = message?.sid ?? null;
  $('.quoting').hidden = !message;
  if (!message) return;
  $('.quoting span').textContent = `${texts.gesprek.antwoord_op} ${message.text}`;
  text.focus();
}

function menu(message) {
  const dialog = $('.menu'), list = dialog.querySelector('ul');
  dialog.querySelector('h2').textContent = message.shown.menu;
  list.replaceChildren(...message.shown.items.map((item) => {
    const entry = document.createElement('li'), button = document.createElement('button');
    button.type = 'button';
    button.append(item.item);
    if (item.description) button.append(Object.assign(document.createElement('small'), { textContent: item.description }));
    button.addEventListener('click', () => {
      dialog.close();
      send({ text: item.item, item: { id: item.id, title: item.item }, reply_to: message.sid });
    });
    entry.append(button);
    return entry;
  }));
  dialog.showModal();
}

async function sendFile(file) {
  if (file.size > MAX_FILE) {
    problem.textContent = texts.gesprek.te_groot;
    problem.hidden = false;
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  await send({ files: [{ type: file.type || 'application/octet-stream', name: file.name, content: btoa(binary) }] });
}

function choose() {
  const chosen = normal(number.value);
  $('#number-problem').hidden = chosen !== null;
  number.setAttribute('aria-invalid', String(chosen === null));
  if (chosen === null) return;
  state.number = chosen;
  state.channel = $('[name=channel]:checked').value;
  document.body.dataset.channel = state.channel;
  for (const element of document.querySelectorAll('.only-whatsapp')) element.hidden = state.channel !== 'whatsapp';
  $('.ours').textContent = state.settings[state.channel] ?? '';
  quote(null);
  localStorage.setItem('telefoon', JSON.stringify({ number: chosen, channel: state.channel, name: name.value }));
  refresh().catch(() => {});
}

function remember() {
  try {
    const kept = JSON.parse(localStorage.getItem('telefoon') ?? '{}');
    if (kept.number) number.value = kept.number;
    if (kept.name) name.value = kept.name;
    if (kept.channel) $(`[name=channel][value="${kept.channel}"]`).checked = true;
  } catch { /* what was kept is of no use */ }
}

function listen() {
  const events = new EventSource('fake/log');
  events.addEventListener('open', refreshSoon);
  events.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data);
    logLine($('.events'), event, texts, fill);
    $('.log-empty').hidden = $('.events').childElementCount > 0;
    refreshSoon();
  });
}

$('.composer').addEventListener('submit', async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (words && await send({ text: words })) {
    text.value = '';
    grow();
  }
});
function grow() {
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight + 2, 128)}px`;
}
text.addEventListener('input', grow);
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('.composer').requestSubmit();
  }
});
$('.quoting button').addEventListener('click', () => quote(null));
$('.attach').addEventListener('click', () => $('.attachments').showModal());
for (const dialog of document.querySelectorAll('dialog')) {
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
}
for (const button of document.querySelectorAll('[data-sample]')) {
  button.addEventListener('click', async () => {
    $('.attachments').close();
    if (button.dataset.sample === 'plaats') {
      await send({ location: { latitude: 52.0799, longitude: 4.3129, label: texts.bijlagen.voorbeeld_plaats, address: '' } });
    } else {
      await send({ files: [await call('GET', `fake/samples/${button.dataset.sample}`)] });
    }
  });
}
$('.file input').addEventListener('change', async (event) => {
  $('.attachments').close();
  const [file] = event.target.files;
  event.target.value = '';
  if (file) await sendFile(file);
});
number.addEventListener('change', choose);
name.addEventListener('change', choose);
for (const radio of document.querySelectorAll('[name=channel]')) radio.addEventListener('change', choose);
const patch = (body) => call('PATCH', `fake/numbers/${encodeURIComponent(state.number)}`, body).then(refresh);
$('.lapse').addEventListener('click', () => patch({ last_inbound_hours: 25 }));
$('.opt-in').addEventListener('click', () => patch({ opted_out: false }));

function tick() {
  $('.clock').textContent = new Date().toLocaleTimeString('nl-NL', { hour: '2-digit', minute: '2-digit' });
}
tick();
setInterval(tick, 10_000);
$('#numbers').append(...texts.telefoon.voorbeelden.map(({ nummer, naam }) => new Option(naam, nummer)));
remember();
state.settings = await call('GET', 'fake/settings');
choose();
await knobs($('.knobs'), $('.repair'), texts, call);
listen();
