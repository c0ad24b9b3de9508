/** Letters that do something, for who works with the keyboard alone. They can be turned off: WCAG 2.1.4. */
const KEY = 'verbonden-balie-toetsen';

export const letterKeys = {
  get on(): boolean {
    return localStorage.getItem(KEY) !== 'off';
  },
  toggle(): void {
    localStorage.setItem(KEY, this.on ? 'off' : 'on');
  },
};

/** Whether a key is meant for a field or a dialog, and not for the page. */
export function elsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return true;
  const target = event.target as HTMLElement | null;
  return document.querySelector('dialog[open]') !== null || Boolean(target?.closest('input, textarea, select, [contenteditable]'));
}
