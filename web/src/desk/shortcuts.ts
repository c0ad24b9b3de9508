/** What the letters do. */
import { elsewhere, letterKeys } from './keys.ts';
import { VIEWS, type View } from './protocol.ts';

export interface ShortcutActions {
  view: (view: View) => void;
  /** The next (1) or previous (-1) conversation of the list. */
  move: (step: number) => void;
  help: () => void;
  filter: () => void;
  claim: () => void;
  transfer: () => void;
  giveBack: () => void;
  close: () => void;
  reply: () => void;
  note: () => void;
  answers: () => void;
  suggest: () => void;
  back: () => void;
}

/** A handler of keys for the whole page, as long as `working`: what is typed when a session runs out must do nothing. */
export function shortcuts(working: () => boolean, actions: ShortcutActions): (event: KeyboardEvent) => void {
  const keys: Record<string, () => void> = {
    j: () => actions.move(1),
    k: () => actions.move(-1),
    f: actions.filter,
    n: actions.claim,
    d: actions.transfer,
    g: actions.giveBack,
    x: actions.close,
    r: actions.reply,
    i: actions.note,
    '/': actions.answers,
    v: actions.suggest,
    u: actions.back,
  };
  VIEWS.forEach((view, n) => (keys[String(n + 1)] = () => actions.view(view)));
  return (event) => {
    if (!working() || elsewhere(event)) return;
    const act = event.key === '?' ? actions.help : letterKeys.on ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };
}
