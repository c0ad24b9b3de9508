/** Charts as pictures, each with the same numbers as a table below it. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { t } from '../shared/texts.ts';

export interface Series {
  /** Class of the bars, for their colour and pattern. */
  kind: 'one' | 'two' | 'three';
  name: string;
  values: number[];
}

const WIDTH = 700;
const HEIGHT = 180;
/** So many days get their name below their bar; of more only the first and the last. */
const NAMED = 8;

/** A number that ends the axis and divides well: 1, 2 or 5 times a power of ten. */
export function top(highest: number): number {
  if (highest <= 4) return Math.max(highest, 1);
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 5, 10].map((step) => step * power).find((value) => value >= highest) ?? highest;
}

/**
 * Bars per day, stacked; `labels` are the days. `highest` fixes the axis (100 for percentages).
 *
 * Drawn without words: the axis and the legend are ordinary text, so that they grow with it.
 */
export function barChart(options: { title: string; labels: string[]; series: Series[]; highest?: number; unit?: string; summary: string }): TemplateResult {
  const { title, labels, series, unit = '' } = options;
  const sums = labels.map((_, n) => series.reduce((sum, each) => sum + (each.values[n] ?? 0), 0));
  const highest = options.highest ?? top(Math.max(...sums, 0));
  const slot = WIDTH / Math.max(labels.length, 1);
  const width = Math.min(slot * 0.7, 60);
  const bars = labels.flatMap((_, n) => {
    let from = HEIGHT;
    return series.map((each) => {
      const height = ((each.values[n] ?? 0) / highest) * HEIGHT;
      from -= height;
      return height > 0 ? svg`<rect class="bar bar-${each.kind}" x=${n * slot + (slot - width) / 2} y=${from} width=${width} height=${height} />` : nothing;
    });
  });
  const lines = [0, 0.5, 1].map((part) => svg`<line class="grid" x1="0" x2=${WIDTH} y1=${HEIGHT * part} y2=${HEIGHT * part} />`);
  return html`<figure class="chart">
    <figcaption class="chart-title">${title}</figcaption>
    ${series.length > 1 ? html`<ul class="legend">${series.map((each) => html`<li><span class="key bar-${each.kind}"></span>${each.name}</li>`)}</ul>` : nothing}
    <div class="plot">
      <div class="axis" aria-hidden="true"><span>${highest}${unit}</span><span>${highest / 2}${unit}</span><span>0</span></div>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}. ${options.summary}">${lines}${bars}</svg>
    </div>
    <div class="ends ${labels.length <= NAMED ? 'ends-all' : ''}" aria-hidden="true">${(labels.length <= NAMED ? labels : [labels[0], labels.at(-1)]).map((label) => html`<span>${label}</span>`)}</div>
    <details>
      <summary>${t('leiding.chart.table')}</summary>
      <div class="wide" tabindex="0" role="region" aria-label=${title}>
        <table>
          <thead><tr><th scope="col">${t('leiding.chart.day')}</th>${series.map((each) => html`<th scope="col" class="number">${each.name}</th>`)}</tr></thead>
          <tbody>${labels.map((label, n) => html`<tr><th scope="row">${label}</th>${series.map((each) => html`<td class="number">${each.values[n] ?? 0}${unit}</td>`)}</tr>`)}</tbody>
        </table>
      </div>
    </details>
  </figure>`;
}
