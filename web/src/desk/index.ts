/** Entry of the desk's page. */
import { ChannelLimits } from './limits/limits.ts';
import { SendFile } from './limits/send-file.ts';
import nldsCss from 'virtual:nlds';
import themeCss from '../theme/theme.css?inline';
import baseCss from '../shared/base.css?inline';
import partsCss from '../shared/parts.css?inline';
import deskCss from './balie.css?inline';
import { AnswerForm } from './review/answer-form.ts';
import { Chooser } from './review/chooser.ts';
import reviewCss from './review/review.css?inline';
import staffCss from './staff.css?inline';
import workCss from './work.css?inline';
import { VerbondenBalie } from './verbonden-balie.ts';

document.adoptedStyleSheets = [nldsCss, themeCss, baseCss, partsCss, staffCss, deskCss, reviewCss, workCss].map((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
});
customElements.define('verbonden-chooser', Chooser);
customElements.define('verbonden-answer-form', AnswerForm);
customElements.define('verbonden-limits', ChannelLimits);
customElements.define('verbonden-send-file', SendFile);
customElements.define('verbonden-balie', VerbondenBalie);
