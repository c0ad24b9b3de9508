/** How long a screen reader may take before it comes to a line. */
const KEPT = 20_000;

/** Says `words` to screen readers, once; the live region keeps them long enough to be read. */
export function announce(region: Element | null, words: string): void {
  const line = document.createElement('p');
  line.textContent = words;
  region?.append(line);
  setTimeout(() => line.remove(), KEPT);
}
