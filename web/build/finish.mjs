/**
 * After the build: compressed copies next to each file (aiohttp serves `.br` and `.gz` by itself when they are there),
 * and a stop when the widget outgrows what a slow connection can bear.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const LIMIT = 25_000; // bytes, gzipped; issue 6
const dist = fileURLToPath(new URL('../dist', import.meta.url));

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const data = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(data, { level: 9, memLevel: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(data));
}

const size = readFileSync(join(dist, 'verbonden-chat.js.gz')).length;
console.log(`verbonden-chat.js: ${size} bytes gzipped (limit ${LIMIT})`);
if (size > LIMIT) process.exit(1);
