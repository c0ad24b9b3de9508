/** Plain text of a message to lines and links; never to markup of the sender. */
import { html, type TemplateResult } from 'lit';

/** A web address in running text; a full stop or bracket at its end belongs to the sentence. */
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/;

export type Block =
  | { kind: 'paragraph'; lines: string[] }
  | { kind: 'list'; ordered: boolean; items: string[] };

/** Splits text into paragraphs (a blank line between them) and lists (lines that begin with "-", "•" or "1."). */
export function blocks(text: string): Block[] {
  const result: Block[] = [];
  for (const part of text.trim().split(/\n\s*\n/)) {
    let current: Block | undefined;
    for (const line of part.split('\n').filter((each) => each.trim() !== '')) {
      const [, mark, item] = /^\s*([-•*]|\d+[.)])\s+(.*)$/.exec(line) ?? [];
      const ordered = /\d/.test(mark ?? '');
      if (item === undefined) {
        if (current?.kind !== 'paragraph') result.push((current = { kind: 'paragraph', lines: [] }));
        current.lines.push(line);
      } else {
        if (current?.kind !== 'list' || current.ordered !== ordered) {
          result.push((current = { kind: 'list', ordered, items: [] }));
        }
        current.items.push(item);
      }
    }
  }
  return result;
}

/** Longer words than this have to break on a small screen. */
const LONGEST_WHOLE = 26;

/** A case number, opening hours, a phone number: broken at its hyphen it is hard to read and to copy. */
function whole(text: string): unknown[] {
  if (!/\d-\d/.test(text)) return [text];
  const isWhole = (word: string): boolean => word.length <= LONGEST_WHOLE && /\d-\d/.test(word);
  return text.split(/(\s+)/).map((word) => (isWhole(word) ? html`<span class="whole">${word}</span>` : word));
}

/** One line with its web addresses as links. */
export function linked(line: string): unknown[] {
  return line.split(ADDRESS).map((part, n) =>
    n % 2 === 1 ? html`<a class="nl-link" href=${part} target="_blank" rel="noopener noreferrer">${part}</a>` : whole(part),
  );
}

function list(ordered: boolean, items: TemplateResult[]): TemplateResult {
  return ordered ? html`<ol class="list">${items}</ol>` : html`<ul class="list">${items}</ul>`;
}

/** The text as paragraphs and lists. */
export function richText(text: string): TemplateResult[] {
  return blocks(text).map((block) =>
    block.kind === 'list'
      ? list(block.ordered, block.items.map((item) => html`<li>${linked(item)}</li>`))
      : html`<p class="nl-paragraph">${block.lines.map((line) => html`<span class="line">${linked(line)}</span>`)}</p>`,
  );
}
