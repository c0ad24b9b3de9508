/** Icons that only the desk needs: the citizen's chat must stay small. */
import type { TemplateResult } from 'lit';
import { drawn } from '../shared/icons.ts';

const shapes = {
  lock: 'M7 11h10a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM8 11V8a4 4 0 0 1 8 0v3',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4',
  bell_off: 'M6 17V11a6 6 0 0 1 9-5.2M18 11v6l2 2H8M10 21h4M4 4l16 16',
};

export function deskIcon(name: keyof typeof shapes): TemplateResult {
  return drawn(shapes[name]);
}
