/** Which part of a long list is drawn: only what is seen, and a little around it. */

/** Rows drawn above and below what is seen. */
const AROUND = 4;

export interface Part {
  from: number;
  to: number;
  /** Room above and below, in pixels, for the rows that are not drawn. */
  before: number;
  after: number;
}

/**
 * @param top how far the list is scrolled, in pixels
 * @param height of what is seen
 * @param row height of one row; 0 while it is not known: then the first rows are drawn, to be measured
 * @param keep a row that is drawn in any case, because it has the focus; -1 for none
 */
export function partOf(top: number, height: number, row: number, count: number, keep = -1): Part {
  if (row <= 0) return { from: 0, to: Math.min(count, 30), before: 0, after: 0 };
  let from = Math.max(0, Math.floor(top / row) - AROUND);
  let to = Math.min(count, Math.ceil((top + height) / row) + AROUND);
  if (from >= to) {
    from = Math.max(0, count - Math.ceil(height / row) - AROUND);
    to = count;
  }
  if (keep >= 0 && keep < from && from - keep < 200) from = keep;
  if (keep >= to && keep - to < 200) to = keep + 1;
  return { from, to, before: from * row, after: (count - to) * row };
}
