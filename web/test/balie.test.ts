// @vitest-environment jsdom
/** The desk as a page: what a member of staff has on the screen when things go other than they went in the morning. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VerbondenBalie } from '../src/desk/verbonden-balie.ts';
import { t } from '../src/shared/texts.ts';
import { detail, fatima, joost, Server } from './desk-server.ts';

class Socket extends EventTarget {
  static readonly OPEN = 1;
  static last: Socket | undefined;
  readyState = 1;
  readonly sent: string[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;

  constructor() {
    super();
    Socket.last = this;
    queueMicrotask(() => this.onopen?.());
  }

  send(frame: string): void {
    this.sent.push(frame);
  }

  close(): void {
    this.readyState = 3;
  }

  push(event: object): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

let server: Server;
let page: VerbondenBalie;

beforeAll(() => {
  customElements.define('verbonden-balie', VerbondenBalie);
  // What jsdom has not: the browser's own dialog, and scrolling.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement): void {
    this.open = false;
  };
  Element.prototype.scrollTo = () => undefined;
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: true }));
  sessionStorage.clear();
  localStorage.clear();
  location.hash = '';
  server = new Server();
});

afterEach(() => {
  page.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The desk, with a conversation open if there is one in `hash`. */
async function opened(hash = ''): Promise<void> {
  history.replaceState(null, '', hash || '#');
  page = document.createElement('verbonden-balie') as VerbondenBalie;
  document.body.append(page);
  await pass();
}

/** So much time passes, and everything that was asked is answered and drawn. */
async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let n = 0; n < 5; n += 1) await vi.advanceTimersByTimeAsync(0);
}

function one<T extends HTMLElement>(selector: string): T {
  const found = page.querySelector<T>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}
const button = (words: string): HTMLButtonElement => [...page.querySelectorAll('button')].find((each) => each.textContent?.trim() === words) ?? one(`button named ${words}`);
async function press(words: string): Promise<void> {
  button(words).click();
  await pass();
}
async function write(selector: string, text: string): Promise<void> {
  const field = one<HTMLTextAreaElement>(selector);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await pass();
}
async function send(dialog: string): Promise<void> {
  one<HTMLFormElement>(`#dialog-${dialog} form`).dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await pass();
}
async function logIn(): Promise<void> {
  one<HTMLInputElement>('#username').value = 'wie';
  one<HTMLInputElement>('#password').value = 'geheim';
  one<HTMLFormElement>('.login-form').dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await pass();
}
/** The server says at the next thing that is asked that the log-in has ended. */
async function expire(): Promise<void> {
  server.answers['conversations?view=waiting'] = { status: 401, body: {} };
  Socket.last?.push({ type: 'queue' });
  await pass(3_000);
  delete server.answers['conversations?view=waiting'];
  expect([one('.work').hidden, document.activeElement?.id]).toEqual([true, 'login-heading']);
}
const openDialogs = (): string[] => [...page.querySelectorAll<HTMLDialogElement>('dialog')].filter((each) => each.open).map((each) => each.id);

describe('who walks away', () => {
  it('is away after ten minutes, however much comes in meanwhile', async () => {
    await opened();
    expect(page.textContent).not.toContain(t('desk.presence.idle'));
    for (let minute = 0; minute < 11; minute += 1) {
      await pass(60_000);
      Socket.last?.push({ type: 'queue' });
    }
    await pass();
    expect(page.textContent).toContain(t('desk.presence.idle'));
    await pass(60_000);
    expect(page.textContent).toContain(t('desk.presence.idle'));
    expect(Socket.last?.sent).toEqual(['{"type":"active"}']);
    // And who comes back is there again
    dispatchEvent(new Event('pointermove'));
    await pass();
    expect(page.textContent).not.toContain(t('desk.presence.idle'));
  });
});

describe('logging out', () => {
  it('of a log-in that had run out shows the form for it, with nothing in front of it', async () => {
    server.mine = 2;
    await opened();
    server.answers['conversations?view=waiting'] = { status: 401, body: {} };
    await press(t('desk.header.logout'));
    await pass(2_000);
    expect([openDialogs(), page.querySelector('#username') !== null]).toEqual([[], true]);
  });

  it('that does not work says so, and nobody seems to be out', async () => {
    await opened();
    server.answers['logout'] = { status: 0 };
    await press(t('desk.header.logout'));
    expect(one('.bar').textContent).toContain(t('desk.leave.failed'));
    expect(one('.work').hidden).toBe(false);
    delete server.answers['logout'];
    await press(t('desk.header.logout'));
    expect(page.querySelector('#username')).not.toBeNull();
  });

  it('stays when the conversations in hand could not be put back', async () => {
    server.mine = 1;
    await opened();
    await press(t('desk.header.logout'));
    expect(openDialogs()).toEqual(['dialog-leave']);
    server.answers['conversations/a/requeue'] = { status: 0 };
    await send('leave');
    expect([one('#dialog-leave').textContent?.includes(t('desk.leave.failed')), server.times('POST logout')]).toEqual([true, 0]);
    // One that a colleague took meanwhile is nobody's problem
    server.answers['conversations/a/requeue'] = { status: 409, body: {} };
    await send('leave');
    expect([server.times('POST logout'), page.querySelector('#username') !== null]).toEqual([1, true]);
  });
});

describe('a form', () => {
  it.each([['refused', { status: 409, body: { text: 'De inwoner zei net nog iets.' } }, 'De inwoner zei net nog iets.'], ['not answered', { status: 0 }, t('desk.error.network')]])(
    'that is %s stays as it is and says why, until it is done',
    async (_, told, words) => {
      await opened('#gesprek/a');
      await press(t('desk.conversation.close'));
      one<HTMLInputElement>('#dialog-close [name=outcome]').checked = true;
      await write('#close-note', 'Alles uitgelegd.');
      server.answers['conversations/a/close'] = told;
      await send('close');
      expect([openDialogs(), one<HTMLTextAreaElement>('#close-note').value]).toEqual([['dialog-close'], 'Alles uitgelegd.']);
      expect(one('#dialog-close .trouble').textContent).toBe(words);
      server.answers['conversations/a/close'] = { body: detail('a', { state: 'closed' }) };
      await send('close');
      expect([openDialogs(), one<HTMLTextAreaElement>('#close-note').value]).toEqual([[], '']);
      expect(document.activeElement?.id).toBe('conversation-heading');
    },
  );

  it('that was half-written does not follow to another citizen', async () => {
    await opened('#gesprek/a');
    await press(t('desk.conversation.return'));
    await write('#return-product', 'iets anders');
    await write('#return-reason', 'Mevrouw Jansen vroeg ernaar');
    expect(one<HTMLInputElement>('#return-product').validity.valid).toBe(false);
    history.back();
    history.pushState(null, '', '#gesprek/b');
    dispatchEvent(new Event('hashchange'));
    await pass();
    expect(one('#conversation-heading').textContent).toBe('Onderwerp b');
    expect([openDialogs(), one<HTMLTextAreaElement>('#return-reason').value, one<HTMLInputElement>('#return-product').validity.valid]).toEqual([[], '', true]);
  });

  it('keeps its place while somebody types in it, also when the log-in runs out', async () => {
    await opened('#gesprek/a');
    await press(t('desk.conversation.transfer'));
    server.answers['conversations?view=waiting'] = { status: 401, body: {} };
    await write('#transfer-note', 'Graag');
    Socket.last?.push({ type: 'queue' });
    await pass(700);
    expect(openDialogs()).toEqual(['dialog-transfer']);
    await pass(1_000);
    expect([openDialogs(), one('.work').hidden, one<HTMLTextAreaElement>('#transfer-note').value]).toEqual([[], true, 'Graag']);
  });
});

describe('logging in again', () => {
  it('goes on in the field where somebody was, also when that was a note with the conversation of another', async () => {
    server.conversations['a'] = detail('a', { owner: joost });
    await opened('#gesprek/a');
    await press(t('desk.composer.leave_note'));
    await write('#reply', 'Let op');
    await expire();
    await logIn();
    expect([document.activeElement?.id, one<HTMLTextAreaElement>('#reply').value]).toEqual(['reply', 'Let op']);
  });

  it('goes on with the conversation that is all that a narrow screen shows', async () => {
    server.conversations['a'] = detail('a', { owner: joost });
    await opened('#gesprek/a');
    await expire();
    await logIn();
    expect(document.activeElement?.id).toBe('conversation');
  });

  it('as somebody else shows nothing of who was here before', async () => {
    await opened('#gesprek/a');
    await write('#reply', 'Mijn antwoord');
    await press(t('desk.conversation.transfer'));
    await write('#transfer-note', 'Voor Graag');
    await pass(2_000);
    await expire();
    server.user = joost;
    await logIn();
    expect([page.querySelector('#conversation-heading'), one<HTMLTextAreaElement>('#transfer-note').value, location.hash]).toEqual([null, '', '']);
    server.conversations['a'] = detail('a', { owner: joost });
    one('.item').click();
    await pass();
    expect(one<HTMLTextAreaElement>('#reply').value).toBe('');
  });
});

describe('a server that can not tell who is logged in', () => {
  it('is no reason to think that nobody is: it is said, and asked again', async () => {
    server.answers['me'] = { status: 503, body: { text: 'Even geduld.' } };
    await opened('#gesprek/a');
    expect(one('#login-error').textContent).toContain('Even geduld.');
    delete server.answers['me'];
    await pass(6_000);
    expect([one('.work').hidden, one('#conversation-heading').textContent]).toEqual([false, 'Onderwerp a']);
  });

  it('is not asked again when it said that nobody is', async () => {
    server.answers['me'] = { status: 401, body: { text: 'U bent niet ingelogd.' } };
    await opened();
    await pass(20_000);
    expect([server.times('GET me'), page.querySelector('#login-error')]).toEqual([1, null]);
  });
});

it('goes on with what is left when a conversation that was refused may not be read any more', async () => {
  server.conversations['a'] = detail('a', { owner: joost, transfer: { kind: 'collega', to: { staff: fatima.id, team: null, naam: '' }, from: joost, note: '', at: '' } });
  await opened('#gesprek/a');
  await press(t('desk.transfer.refuse'));
  await write('#refuse-reason', 'Dit is niet voor ons team.');
  server.answers['conversations/a/refuse'] = { body: {} };
  server.answers['conversations/a'] = { status: 403, body: { code: 'no_access', text: '-' } };
  await send('refuse');
  expect(page.querySelector('#locked-reason')).not.toBeNull();
  expect(document.activeElement?.id).toBe('conversation-heading');
});

it('writes what was said on the telephone with the call that it was said in', async () => {
  const call = (id: number): object => ({ id, conversation: 'a', organisation: null, topic: `Gesprek ${id}`, urgency: 'normaal', number: '06 *** 78', question: '', words: 'maandag', due: '', late: false, state: 'taken', version: 1, attempts: 0, taken_by: fatima });
  server.answers['callbacks'] = { body: { items: [call(1), call(2)], counts: { open: 2, late: 0, mine: 2 } } };
  await opened('#terugbellen');
  for (const at of [0, 1]) {
    page.querySelectorAll<HTMLElement>('.item')[at]?.click();
    await pass();
    expect([one('#call-heading').textContent, one<HTMLTextAreaElement>('#call-note').value]).toEqual([`Gesprek ${at + 1}`, '']);
    await write('#call-note', 'Mevrouw belt morgen terug');
  }
});

it('shows the status that the server knows when another could not be chosen', async () => {
  await opened();
  server.answers['presence'] = { status: 0 };
  const choice = one<HTMLSelectElement>('.presence select');
  choice.value = 'pauze';
  choice.dispatchEvent(new Event('change', { bubbles: true }));
  await pass();
  expect(choice.value).toBe('aanwezig');
});

it('asks for the review list only for who may see it', async () => {
  server.user = { ...fatima, role: 'medewerker' };
  await opened();
  Socket.last?.push({ type: 'review' });
  await pass(1_000);
  expect(server.asked.filter((each) => each.startsWith('GET review?'))).toEqual([]);
});
