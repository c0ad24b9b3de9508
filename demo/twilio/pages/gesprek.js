// The bubbles of a conversation.
const texts = JSON.parse(document.getElementById('texts').textContent);
const LOST = new Set(['undelivered', 'failed']);

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Show all messages; those that did not change keep their element, so that nothing is read aloud twice. */
export function render(list, messages, actions) {
  const known = new Map([...list.children].map((element) => [element.dataset.sid, element]));
  const wanted = messages.map((message) => {
    const shown = JSON.stringify([message, actions.channel]);
    const before = known.get(message.sid);
    if (before?.shown === shown) return before;
    const fresh = bubble(message, messages, actions);
    fresh.shown = shown;
    return fresh;
  });
  list.replaceChildren(...wanted);
}

function bubble(message, all, actions) {
  const lost = !message.from_citizen && LOST.has(message.status);
  const item = make('li', { className: `${message.from_citizen ? 'mine' : 'ours'}${lost ? ' lost' : ''}` });
  item.dataset.sid = message.sid;
  item.dataset.status = message.status;
  const body = make('div', { className: 'bubble' });
  body.append(make('span', { className: 'visually-hidden', textContent: `${message.from_citizen ? texts.gesprek.van_u : texts.gesprek.van_ons} ` }));
  const quoted = message.reply_to && all.find((other) => other.sid === message.reply_to);
  if (quoted) body.append(make('span', { className: 'quote', textContent: quoted.text.slice(0, 90) }));
  body.append(...message.files.map(file), ...place(message.location), ...linked(message.text));
  item.append(body);
  if (!message.from_citizen && !lost) item.append(...choices(message, actions));
  item.append(meta(message, actions, lost));
  return item;
}

function file({ sid, type, name }) {
  const source = `cdn/${sid}`;
  if (type.startsWith('image/')) return make('img', { src: source, alt: texts.gesprek.afbeelding });
  if (type.startsWith('audio/')) return make('audio', { src: source, controls: true, ariaLabel: texts.gesprek.geluid });
  return make('a', { href: source, target: '_blank', rel: 'noopener', textContent: name || texts.gesprek.bestand });
}

function place(location) {
  if (!location) return [];
  const [latitude, longitude, label] = location;
  return [`${texts.gesprek.plaats}: ${label || `${latitude}, ${longitude}`}`];
}

/** The text, with web addresses that can be pressed. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s]+[^\s.,;:!?)])/).map((part, at) =>
    (at % 2 ? make('a', { href: part, target: '_blank', rel: 'noopener', textContent: part }) : part));
}

function choices(message, actions) {
  const shown = message.shown;
  if (!shown || !(shown.buttons.length || shown.items.length || shown.links.length)) return [];
  const row = make('div', { className: 'choices' });
  for (const button of shown.buttons) {
    const element = make('button', { type: 'button', textContent: button.title });
    element.addEventListener('click', () => actions.send({ text: button.title, button: button.id, reply_to: message.sid }));
    row.append(element);
  }
  for (const link of shown.links) {
    const href = link.to.startsWith('+') ? `tel:${link.to}` : link.to;
    row.append(make('a', { href, target: '_blank', rel: 'noopener', textContent: link.title }));
  }
  if (shown.items.length) {
    const element = make('button', { type: 'button', textContent: shown.menu, ariaHasPopup: 'dialog' });
    element.addEventListener('click', () => actions.menu(message));
    row.append(element);
  }
  return [row];
}

function meta(message, actions, lost) {
  const line = make('div', { className: 'meta' });
  const at = new Date(message.at * 1000).toLocaleTimeString('nl-NL', { hour: '2-digit', minute: '2-digit' });
  line.append(make('span', { textContent: at }));
  const state = message.from_citizen
    ? { true: texts.staten.aangekomen, false: texts.staten.verloren }[message.delivered] ?? texts.staten.verstuurd
    : texts.staten[message.status].replace('{code}', message.code);
  line.append(make('span', { className: message.delivered === false && message.from_citizen ? 'bad' : '', textContent: state }));
  if (actions.channel === 'sms' && message.segments > 1) {
    line.append(make('span', { textContent: texts.gesprek.delen.replace('{aantal}', message.segments) }));
  }
  if (actions.channel === 'whatsapp' && !message.from_citizen && !lost) {
    const reply = make('button', { type: 'button', textContent: texts.gesprek.antwoorden });
    reply.addEventListener('click', () => actions.quote(message));
    line.append(reply);
  }
  return line;
}
