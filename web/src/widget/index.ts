/** Entry of the one-file widget: `<script type="module" src="…/verbonden-chat.js"></script><verbonden-chat></verbonden-chat>`. */
import { VerbondenChat } from './verbonden-chat.ts';

// A page that loads the script twice must not break.
if (!customElements.get('verbonden-chat')) customElements.define('verbonden-chat', VerbondenChat);
