/** Arrow keys walk through a list of buttons, as people expect of a list. */
export function onListKey(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('.item')];
  const at = buttons.indexOf(event.target as HTMLElement);
  const next = step === undefined ? (event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : -1) : at + step;
  if (at < 0 || next < 0 || next >= buttons.length) return;
  event.preventDefault();
  buttons[next]?.focus();
}
