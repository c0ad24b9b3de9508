/** Stops the build when the widget outgrows what a slow connection can bear. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 25_000; // bytes, gzipped; issue 6
const size = gzipSync(readFileSync(new URL('../dist/verbonden-chat.js', import.meta.url)), { level: 9 }).length;
console.log(`verbonden-chat.js: ${size} bytes gzipped (limit ${LIMIT})`);
if (size > LIMIT) process.exit(1);
