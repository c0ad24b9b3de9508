/** Icons that only the desk needs: the citizen's chat must stay small. */
import { html, svg, type TemplateResult, type SVGTemplateResult } from 'lit';

const shapes = {
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  bell: svg`<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"/>`,
  bell_off: svg`<path d="M6 17V11a6 6 0 0 1 9-5.2M18 11v6l2 2H8M10 21h4M4 4l16 16"/>`,
} satisfies Record<string, SVGTemplateResult>;

/** The icon as SVG of one text line high. */
export function deskIcon(name: keyof typeof shapes): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
}
