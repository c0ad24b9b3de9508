/**
 * Two builds into web/dist: `--mode widget` makes the one file that others embed (stable name, nothing shared with
 * the pages), the default makes the two pages with hashed assets.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { lean } from './build/lean.ts';
import { nlds } from './build/nlds.ts';
import { texts } from './build/texts.ts';

/** Where `make run` listens, for the dev server. */
const GATEWAY = process.env['VERBONDEN_GATEWAY'] ?? 'http://127.0.0.1:8080';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The citizen's page loads the widget as any other site would: as one script with a stable name. */
function widgetTag(): Plugin {
  return {
    name: 'verbonden-widget-tag',
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const src = context.server ? '/src/widget/index.ts' : './verbonden-chat.js';
        return html.replace('<!-- widget -->', `<script type="module" src="${src}"></script>`);
      },
    },
  };
}

export default defineConfig(({ mode, command }) => {
  const widget = mode === 'widget';
  const own = widget ? ['src/widget'] : ['src/desk', 'src/page', 'src/leiding'];
  // The dev server serves both at once, so it keeps everything.
  const folders = (command === 'serve' ? ['src'] : [...own, 'src/shared', 'src/theme']).map(path);
  const sections = command === 'serve' ? ['page', 'chat', 'desk', 'leiding'] : widget ? ['chat'] : ['chat', 'desk', 'leiding'];
  return {
    base: './',
    plugins: [lean(folders), nlds(folders, path('src/theme/theme.css')), texts(sections, folders, widget ? ['chat.delete.', 'chat.callback.', 'chat.rating.', 'chat.file.', 'chat.trust.', 'chat.card.', 'chat.languages.', 'chat.tools.delete', 'chat.tools.download', 'chat.tools.read', 'chat.message.cop', 'chat.message.read', 'chat.panel.failed', 'chat.panel.loading'] : []), widgetTag()],
    build: {
      outDir: 'dist',
      emptyOutDir: widget,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      ...(widget
        ? { rollupOptions: { input: path('src/widget/index.ts'), output: { entryFileNames: 'verbonden-chat.js' } } }
        : { rollupOptions: { input: { index: path('index.html'), balie: path('balie.html'), leiding: path('leiding.html') } } }),
    },
    server: {
      // The gateway answers only to its own pages: the origin is that of the gateway, as it would be without Vite in between.
      proxy: Object.fromEntries(['/api', '/config.json'].map((p) => [p, { target: GATEWAY, ws: true, changeOrigin: true, headers: { origin: GATEWAY } }])),
    },
    test: { include: ['test/**/*.test.ts'], environment: 'node' },
  };
});
