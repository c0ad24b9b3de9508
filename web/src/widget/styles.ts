/**
 * Every style of the widget, one after another.
 *
 * Imported before anything else: gzip looks back 32 kB, and style sheets next to each other share most of their words.
 */
import nldsCss from 'virtual:nlds';
import themeCss from 'virtual:theme';
import baseCss from '../shared/base.css?inline';
import partsCss from '../shared/parts.css?inline';
import chatCss from './chat.css?inline';

export const STYLES = nldsCss + themeCss + baseCss + partsCss + chatCss;
