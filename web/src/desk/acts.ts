/** What the buttons of a conversation and of a call do: the step itself, then what is said and where the focus goes. */
import { t } from '../shared/texts.ts';
import type { Api } from './api.ts';
import type { CallDesk } from './callbacks/call-desk.ts';
import type { CallActions } from './callbacks/views.ts';
import type { Desk } from './desk.ts';
import type { ConversationActions } from './views/conversation.ts';
import type { DialogActions, DialogName } from './views/dialogs.ts';
import type { Writing } from './writing.ts';

export interface Stage {
  announce: (words: string) => void;
  focus: (selector: string) => void;
  /** Opens a conversation; undefined closes it. */
  go: (conversation: string | undefined) => void;
  open: (dialog: DialogName) => void;
  /** Brings a message into view. */
  show: (seq: number) => void;
}

export class Acts {
  constructor(
    private readonly api: Api,
    private readonly desk: Desk,
    private readonly writing: Writing,
    private readonly stage: Stage,
  ) {}

  /** Takes a conversation over, and goes on with answering it. */
  async claim(action: () => Promise<boolean>, undo?: () => Promise<boolean>): Promise<void> {
    const { selected } = this.desk;
    if (!(await action()) || selected !== this.desk.selected) return;
    this.stage.announce(t('desk.announce.claimed'));
    this.writing.kind = 'messages';
    this.desk.list.choose('mine'); // where it is from now on
    if (undo) this.desk.steps.tell(t('desk.announce.claimed'), undo);
    this.stage.focus('#reply');
  }

  /**
   * Says that a step was done, and how to take it back; nothing over another conversation that was opened meanwhile.
   * `filled`: a form is done with, before the focus goes on.
   */
  async finish(action: Promise<boolean>, words: string, undo?: () => Promise<boolean>, filled?: () => void): Promise<void> {
    const { selected } = this.desk;
    if (!(await action) || selected !== this.desk.selected) return;
    filled?.();
    this.stage.announce(words);
    this.desk.steps.tell(words, undo);
    this.stage.focus('#conversation-heading');
  }

  /** What the forms in the dialogs do. */
  readonly forms: Omit<DialogActions, 'leave' | 'toggleKeys'> = {
    giveBack: (reason, product, filled) => void this.finish(this.desk.steps.giveBack(reason, product), t('desk.return.done'), () => this.desk.steps.claim(), filled),
    close: (closing, filled) => void this.finish(this.desk.steps.close(closing), t('desk.close.done'), () => this.desk.steps.step('reopen'), filled),
    refuse: (reason, filled) => void this.finish(this.desk.steps.step('refuse', { reason }), t('desk.refuse.done'), undefined, filled),
    transfer: (kind, to, note, filled) => void this.transfer(kind, to, note, filled),
  };

  readonly conversation: Omit<ConversationActions, 'correct'> = {
    back: () => this.stage.go(undefined),
    claim: () => void this.claim(() => this.desk.steps.claim(), () => this.desk.steps.step('requeue')),
    requeue: () => void this.finish(this.desk.steps.step('requeue'), t('desk.requeue.done'), () => this.desk.steps.claim()),
    giveBack: () => this.stage.open('return'),
    transfer: () => this.stage.open('transfer'),
    close: () => this.stage.open('close'),
    accept: () => void this.claim(() => this.desk.steps.step('accept')),
    refuse: () => this.stage.open('refuse'),
    withdraw: () => void this.finish(this.desk.steps.step('withdraw'), t('desk.transfer.withdrawn')),
    putAside: () => void this.finish(this.desk.steps.putAside(), t('desk.mention.put_aside')),
    unlock: (reason) => void this.desk.steps.open(reason).then(() => this.stage.focus('#conversation-heading')),
    file: (id) => this.api.file(id),
    show: (seq) => this.stage.show(seq),
    open: (conversation) => this.stage.go(conversation),
    lookUp: (number, factor, form) => void this.desk.steps.lookUp(number, factor).then((found) => found && form.reset()),
    lookUpOwn: () => void this.desk.steps.lookUpOwn(),
  };

  private async transfer(kind: string, to: string, note: string, filled: () => void): Promise<void> {
    const { selected } = this.desk;
    if (!(await this.desk.steps.transfer(kind, to, note)) || selected !== this.desk.selected) return;
    filled();
    this.stage.announce(t('desk.transfer.done'));
  }

  /** Those of the list of who is called back. */
  calls(calls: CallDesk): CallActions {
    const { stage } = this;
    return {
      open: (id) => void calls.open(id, this.desk.user?.id).then(() => stage.focus('#call-heading')),
      back: () => void calls.open(undefined, undefined).then(() => stage.focus('#queue')),
      take: () => void calls.take().then((done) => done && stage.announce(t('desk.callbacks.taken'))),
      release: () => void calls.release(),
      called: (answered, note) => void calls.called(answered, note).then((done) => done && stage.announce(t('desk.callbacks.kept'))),
      conversation: (id) => stage.go(id),
    };
  }
}
