/** Entry of the page of team leaders and administrators. */
import nldsCss from 'virtual:nlds';
import themeCss from '../theme/theme.css?inline';
import baseCss from '../shared/base.css?inline';
import { CannedScreen } from './canned-screen.ts';
import { FiguresScreen } from './figures-screen.ts';
import { HistoryScreen } from './history-screen.ts';
import { HoursScreen } from './hours-screen.ts';
import staffCss from '../desk/staff.css?inline';
import leidingCss from './leiding.css?inline';
import { PeriodsScreen } from './periods-screen.ts';
import { PreviewScreen } from './preview-screen.ts';
import { TeamsScreen } from './teams-screen.ts';
import { TextsScreen } from './texts-screen.ts';
import { VerbondenLeiding } from './verbonden-leiding.ts';

document.adoptedStyleSheets = [nldsCss, themeCss, baseCss, staffCss, leidingCss].map((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
});
customElements.define('leiding-figures', FiguresScreen);
customElements.define('leiding-hours', HoursScreen);
customElements.define('leiding-teams', TeamsScreen);
customElements.define('leiding-texts', TextsScreen);
customElements.define('leiding-canned', CannedScreen);
customElements.define('leiding-periods', PeriodsScreen);
customElements.define('leiding-preview', PreviewScreen);
customElements.define('leiding-history', HistoryScreen);
customElements.define('verbonden-leiding', VerbondenLeiding);
