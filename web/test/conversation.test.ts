// @vitest-environment jsdom
/** What the citizen sees: everything once, in order, and nothing that they said is lost. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Conversation } from '../src/widget/conversation.ts';
import type { ClientFrame, Message } from '../src/shared/protocol.ts';

function message(seq: number, part: Partial<Message> = {}): Message {
  return {
    seq, author: 'bot', name: 'Verbonden', organisation: '', text: `bericht ${seq}`, buttons: [], links: [], phones: [],
    card: null, channel: 'web', at: '2026-11-22T06:00:00Z', ...part,
  };
}

function start(): { conversation: Conversation; sent: ClientFrame[]; fresh: number[]; refused: string[]; erased: () => number; line: { open: boolean } } {
  const sent: ClientFrame[] = [];
  const fresh: number[] = [];
  const refused: string[] = [];
  let erased = 0;
  const line = { open: true };
  const conversation = new Conversation({
    send: (frame) => {
      if (line.open) sent.push(frame);
      return line.open;
    },
    storage: sessionStorage,
    onChange: () => undefined,
    onFresh: (messages) => fresh.push(...messages.map((each) => each.seq)),
    onErased: () => (erased += 1),
    onRefused: (reason) => refused.push(reason),
  });
  return { conversation, sent, fresh, refused, erased: () => erased, line };
}

const welcome = (last_seq: number) => ({ type: 'welcome', state: 'bot', last_seq, human: null, place: null }) as const;

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers();
});

describe('replay', () => {
  it('keeps messages once and in order, also when they come twice and late', () => {
    const { conversation } = start();
    conversation.receive(welcome(3));
    for (const seq of [1, 3, 2, 3, 1]) conversation.receive({ type: 'message', message: message(seq) });
    expect(conversation.messages.map((each) => each.seq)).toEqual([1, 2, 3]);
    expect(conversation.lastSeq).toBe(3);
  });

  it('announces what is new, not what was there when the page opened', () => {
    const { conversation, fresh } = start();
    conversation.receive(welcome(2));
    for (const seq of [1, 2, 3]) conversation.receive({ type: 'message', message: message(seq) });
    expect(fresh).toEqual([3]);
  });

  it('announces what came while the line was down', () => {
    const { conversation, fresh } = start();
    conversation.receive(welcome(1));
    conversation.receive({ type: 'message', message: message(1) });
    conversation.setStatus('lost');
    conversation.receive(welcome(2));
    conversation.receive({ type: 'message', message: message(2) });
    expect(fresh).toEqual([2]);
  });

  it('does not announce what this citizen said in another tab', () => {
    const { conversation, fresh } = start();
    conversation.receive(welcome(0));
    conversation.receive({ type: 'message', message: message(1, { author: 'citizen', id: 'a' }) });
    expect(fresh).toEqual([]);
    expect(conversation.messages).toHaveLength(1);
  });
});

describe('saying something', () => {
  it('shows it once, whichever of acceptance and echo comes first', () => {
    for (const order of ['accepted-first', 'echo-first']) {
      const { conversation } = start();
      conversation.receive(welcome(0));
      const id = conversation.say('hallo') ?? '';
      const echo = () => conversation.receive({ type: 'message', message: message(1, { author: 'citizen', id, text: 'hallo' }) });
      const accepted = () => conversation.receive({ type: 'accepted', id, seq: 1 });
      const steps = order === 'accepted-first' ? [accepted, echo] : [echo, accepted];
      for (const step of steps) {
        step();
        expect(conversation.messages.length + conversation.pending.length).toBe(1);
      }
      expect(conversation.pending).toEqual([]);
    }
  });

  it('does not send empty text', () => {
    const { conversation, sent } = start();
    expect(conversation.say('  \n ')).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it('keeps what could not be sent and sends it with the same id after the welcome', () => {
    const { conversation, sent, line } = start();
    line.open = false;
    const id = conversation.say('nog niet') ?? '';
    expect(conversation.pending).toMatchObject([{ id, status: 'unsent' }]);
    line.open = true;
    conversation.receive(welcome(0));
    expect(sent).toEqual([{ type: 'message', id, text: 'nog niet' }]);
  });

  it('sends again what was under way when the line broke', () => {
    const { conversation, sent } = start();
    conversation.receive(welcome(0));
    const id = conversation.say('onderweg') ?? '';
    conversation.setStatus('lost');
    expect(conversation.pending).toMatchObject([{ id, status: 'unsent' }]);
    conversation.receive(welcome(0));
    expect(sent.map((frame) => 'id' in frame && frame.id)).toEqual([id, id]);
  });

  it('survives a reload of the page', () => {
    const first = start();
    first.line.open = false;
    const id = first.conversation.say('bewaar mij');
    const second = start();
    expect(second.conversation.pending).toMatchObject([{ id, text: 'bewaar mij', status: 'unsent' }]);
    second.conversation.receive(welcome(1));
    second.conversation.receive({ type: 'message', message: message(1, { author: 'citizen', id: id ?? '', text: 'bewaar mij' }) });
    expect(start().conversation.pending).toEqual([]);
  });

  it('keeps the order of several unsent messages', () => {
    const { conversation, sent, line } = start();
    line.open = false;
    for (const text of ['een', 'twee', 'drie']) conversation.say(text);
    line.open = true;
    conversation.receive(welcome(0));
    expect(sent.map((frame) => frame.type === 'message' && frame.text)).toEqual(['een', 'twee', 'drie']);
  });

  it('says so when the server is slow to answer', () => {
    const { conversation } = start();
    conversation.receive(welcome(0));
    const id = conversation.say('duurt dit lang?') ?? '';
    expect(conversation.isSlow(id)).toBe(false);
    vi.advanceTimersByTime(9_000);
    expect(conversation.isSlow(id)).toBe(true);
  });
});

describe('refused', () => {
  it('comes back with its reason, is not sent again by itself, and can be changed', () => {
    const { conversation, sent, refused } = start();
    conversation.receive(welcome(0));
    const id = conversation.say('veel te lang') ?? '';
    conversation.receive({ type: 'refused', id, code: 'too_long', text: 'Te lang.' });
    expect(refused).toEqual(['Te lang.']);
    expect(conversation.pending).toMatchObject([{ id, status: 'refused', reason: 'Te lang.' }]);
    conversation.receive(welcome(0));
    expect(sent).toHaveLength(1);
    expect(conversation.takeBack(id)).toBe('veel te lang');
    expect(conversation.pending).toEqual([]);
  });

  it('can be sent again as it is', () => {
    const { conversation, sent } = start();
    conversation.receive(welcome(0));
    const id = conversation.say('even wachten') ?? '';
    conversation.receive({ type: 'refused', id, code: 'too_fast', text: 'Te snel.' });
    conversation.retry(id);
    expect(sent).toHaveLength(2);
    expect(conversation.pending).toMatchObject([{ status: 'sending' }]);
  });
});

describe('state and typing', () => {
  it('takes state, human and place from the server', () => {
    const { conversation } = start();
    conversation.receive({ type: 'state', state: 'queued', human: null, place: 2 });
    expect([conversation.state, conversation.place]).toEqual(['queued', 2]);
    conversation.receive({ type: 'state', state: 'claimed', human: { name: 'Fatima', organisation: 'Gemeente' }, place: null });
    expect(conversation.human?.name).toBe('Fatima');
  });

  it('shows typing for at most eight seconds, and not after the message', () => {
    const { conversation } = start();
    conversation.receive(welcome(0));
    conversation.receive({ type: 'typing', author: 'bot' });
    expect(conversation.typing).toBe('bot');
    vi.advanceTimersByTime(8_001);
    expect(conversation.typing).toBeNull();
    conversation.receive({ type: 'typing', author: 'bot' });
    conversation.receive({ type: 'message', message: message(1) });
    expect(conversation.typing).toBeNull();
  });

  it('tells only a human that the citizen is typing, and not at every key', () => {
    const { conversation, sent } = start();
    conversation.receive(welcome(0));
    conversation.typed(0, () => 'Hallo');
    expect(sent).toEqual([]);
    conversation.receive({ type: 'state', state: 'claimed', human: null, place: null });
    for (const time of [0, 1_000, 2_900, 3_100]) conversation.typed(time, () => 'Hallo');
    expect(sent).toEqual([{ type: 'typing' }, { type: 'typing' }]);
  });

  it('shows what is typed only where the citizen is told so, and not after it was turned off', () => {
    const { conversation, sent } = start();
    conversation.receive(welcome(0));
    conversation.receive({ type: 'state', state: 'claimed', human: null, place: null, preview: true });
    let text = 'Ik';
    conversation.typed(0, () => text);
    text = 'Ik weet het niet';
    conversation.typed(100, () => text);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(600);
    expect(sent).toEqual([{ type: 'typing', text: 'Ik weet het niet' }]);
    conversation.typed(700, () => text);
    conversation.receive({ type: 'state', state: 'claimed', human: null, place: null, preview: false });
    vi.advanceTimersByTime(600);
    expect(sent).toHaveLength(1);
  });

  it('ignores what a later version of the server may say', () => {
    const { conversation } = start();
    conversation.receive({ type: 'weather', sunny: true } as never);
    expect(conversation.messages).toEqual([]);
  });
});

describe('the first screen', () => {
  it('stays while there is only a greeting, and goes when there is more', () => {
    const { conversation } = start();
    conversation.receive(welcome(1));
    expect(conversation.begun).toBe(false);
    conversation.receive({ type: 'message', message: message(1) });
    expect(conversation.begun).toBe(false);
    conversation.say('hallo');
    expect(conversation.begun).toBe(true);
  });
  it('does not hide a conversation that a human has', () => {
    const { conversation } = start();
    conversation.receive({ type: 'state', state: 'claimed', human: null, place: null });
    expect(conversation.begun).toBe(true);
  });
});

describe('acknowledging', () => {
  it('tells once how far was shown, and again when the line was down', () => {
    const { conversation, sent, line } = start();
    conversation.receive(welcome(0));
    conversation.receive({ type: 'message', message: message(4) });
    line.open = false;
    conversation.shown();
    line.open = true;
    conversation.shown();
    conversation.shown();
    expect(sent).toEqual([{ type: 'ack', seq: 4 }]);
  });
});

describe('a conversation that is gone', () => {
  it('says so when the citizen deleted it, in whichever tab', () => {
    const { conversation, erased } = start();
    conversation.receive(welcome(1));
    conversation.receive({ type: 'erased' });
    expect(erased()).toBe(1);
  });

  it('begins anew from the first number, and forgets what was not sent only when it was deleted', () => {
    const { conversation, line, fresh } = start();
    conversation.receive(welcome(9));
    conversation.receive({ type: 'message', message: message(9) });
    line.open = false;
    conversation.say('Nog niet weg');
    conversation.forget(false);
    expect([conversation.lastSeq, conversation.messages, conversation.state]).toEqual([0, [], 'bot']);
    expect(conversation.pending.map((item) => item.text)).toEqual(['Nog niet weg']);
    conversation.receive(welcome(1));
    conversation.receive({ type: 'message', message: message(1) });
    expect([conversation.lastSeq, fresh]).toEqual([1, []]);
    conversation.forget(true);
    expect(conversation.pending).toEqual([]);
  });

  it('knows the language that was chosen', () => {
    const { conversation } = start();
    conversation.receive({ ...welcome(0), language: 'makkelijk' });
    expect(conversation.language).toBe('makkelijk');
  });
});
