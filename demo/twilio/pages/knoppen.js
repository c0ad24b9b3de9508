// The knobs for what goes wrong, and the lines of what happens.
const CHANCES = [0, 0.1, 0.5, 1];
const SLOW = { step: 6, inbound_delay: 3, rest_delay: 2 };
const MOST_LINES = 14;

export async function knobs(place, repair, texts, call) {
  const words = texts.storing;
  let set = (await call('GET', 'fake/faults')).set;
  const change = async (values) => { set = (await call('PATCH', 'fake/faults', values)).set; };

  const chance = ({ naam, velden }) => {
    const label = document.createElement('label'), choice = document.createElement('select');
    label.className = 'knob';
    words.kans.forEach((word, at) => choice.append(new Option(word, CHANCES[at])));
    const value = set[velden[0]] ?? 0;
    choice.value = CHANCES.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best));
    choice.dataset.value = choice.value;
    choice.addEventListener('change', () => {
      choice.dataset.value = choice.value;
      change(Object.fromEntries(velden.map((name) => [name, Number(choice.value)])));
    });
    label.append(naam, choice);
    return label;
  };

  const check = (text, on, values) => {
    const label = document.createElement('label'), box = document.createElement('input');
    label.className = 'knob check';
    Object.assign(box, { type: 'checkbox', checked: on });
    box.addEventListener('change', () => change(values(box.checked)));
    label.append(box, text);
    return label;
  };

  const draw = () => place.replaceChildren(
    check(words.plat, Boolean(set.outage), (on) => ({ outage: on })),
    check(words.traag, (set.step ?? 0) >= SLOW.step, (on) => (on ? SLOW : { step: 0.6, inbound_delay: 0, rest_delay: 0 })),
    ...words.knoppen.map(chance),
  );
  repair.addEventListener('click', async () => {
    set = (await call('PUT', 'fake/faults', {})).set;
    draw();
  });
  draw();
}

export function logLine(list, event, texts, fill) {
  const template = texts.log.regels[event.what];
  if (!template) return;
  const line = document.createElement('li'), at = document.createElement('time');
  const moment = new Date(event.at * 1000);
  at.dateTime = moment.toISOString();
  at.textContent = moment.toLocaleTimeString('nl-NL');
  const state = texts.staten[event.state] ?? event.state;
  line.append(at, fill(template, {
    staat: fill(state ?? '', { code: event.code ?? '' }).toLowerCase(), status: event.status ?? texts.log.geen, poging: event.attempt,
  }));
  list.prepend(line);
  while (list.childElementCount > MOST_LINES) list.lastElementChild.remove();
}
